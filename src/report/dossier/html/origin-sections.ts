import { html, type Markup } from '../../html/markup.ts';
import { type Cell, digestCell, facts, section, stateTag, table } from '../../html/tables.ts';
import type { Dossier, DossierReproduction } from '../dossier.ts';
import { timeText, titleOf } from './first-screen.ts';
import { type Step, stripDiagram } from './strip-diagram.ts';

/** How it was made, from what, by whom it was judged and approved. */
export function origin(dossier: Dossier): Markup {
  const { provenance, reproducibility } = dossier;
  return section(
    'origin',
    'Where it comes from',
    stripDiagram(stepsOf(dossier)),
    provenance.length === 0
      ? html`<p><strong class="tag open">Not looked at.</strong> No signed statement of how the archives were made lay with them.</p>`
      : html`${provenance.map(oneProvenance)}`,
    facts('Making it again', [
      [
        'Same bytes',
        reproducibility === undefined
          ? 'not looked at: no statement about it was given'
          : `${sameWords[reproducibility.outcome]}: ${reproducibility.reason}`,
      ],
      ...(reproducibility?.statements ?? []).map((each) => oneReproduction(each)),
    ]),
  );
}

const sameWords = {
  same: 'yes',
  own: 'yes, by whoever signed it',
  'same-content': 'but for signatures',
  partly: 'not of every archive',
  unknown: 'not known',
  different: 'no',
} as const;

function oneReproduction({ archive, document, state, reason, date }: DossierReproduction) {
  const digest = document.digest === undefined ? '' : html` ${digestCell(document.digest)}`;
  const when = date === undefined ? '' : `, on ${timeText(date)} by their own clock`;
  return [archive, html`${state}: ${reason}${when}; ${document.name}${digest}`] as const;
}

function stepsOf(dossier: Dossier): readonly Step[] {
  const { provenance, trust, verdict, run, approvals, release, subjects } = dossier;
  const [made] = provenance;
  const valid = trust.archives.filter(({ signature }) => signature.outcome === 'valid');
  const archives = subjects.filter(({ kind }) => kind !== 'file');
  const signer = valid[0]?.signature.fingerprint;
  const inputs = provenance.reduce((sum, each) => sum + each.inputs.length, 0);
  const approved = approvals.filter(({ state }) => state === 'accepted');
  return [
    {
      title: 'Inputs',
      missing: made === undefined,
      lines:
        made === undefined
          ? ['no statement of inputs']
          : [
              `${inputs} inputs`,
              `${provenance.flatMap((each) => each.inputs).filter(({ digest }) => digest === undefined).length} without digest`,
            ],
    },
    {
      title: 'Build',
      missing: made === undefined,
      lines:
        made === undefined
          ? ['no statement of the build']
          : [
              lastPart(made.builder.id),
              ...(made.finishedOn === undefined ? [] : [timeText(made.finishedOn)]),
            ],
    },
    {
      title: 'Release',
      missing: archives.length === 0,
      lines: [
        titleOf(dossier),
        `${archives.length} archives`,
        ...(release === null ? [] : [release.date.slice(0, 10)]),
      ],
    },
    {
      title: 'Sign',
      missing: valid.length === 0,
      lines:
        valid.length === 0
          ? ['no signature that is believed']
          : [
              `${valid.length} of ${archives.length} by themselves`,
              ...(signer === undefined ? [] : [`key ${signer.slice(0, 16)}…`]),
            ],
    },
    {
      title: 'Judge',
      missing: false,
      lines: [
        run.command === 'assemble' ? 'by the producer' : run.date.slice(0, 10),
        `${verdict.counts.pass} pass, ${verdict.counts.fail} fail`,
        `policy ${run.policy.name}`,
      ],
    },
    {
      title: 'Approve',
      missing: approved.length === 0,
      lines:
        approved.length === 0
          ? ['nobody yet']
          : approved.slice(0, 3).map(({ role, signers }) => `${role}: ${signers.join(', ')}`),
    },
  ];
}

function oneProvenance({
  subjects,
  builder,
  buildType,
  parameters,
  inputs,
  byproducts,
  state,
  reason,
  signers,
  document,
  source,
  startedOn,
  finishedOn,
}: Dossier['provenance'][number]): Markup {
  // A second subject is the same thing by what stays the same of it.
  const names = subjects.map(({ name }) => name).filter((name) => !name.includes('#'));
  const named = names.join(', ') || document.name;
  return html`<h3>${named}</h3>
${facts('How it was made', [
  ['Statement', html`${document.name} ${digestCell(document.digest)}`],
  ['Believed', html`${stateTag(state)} ${reason}`],
  ['Signed by', signers.join(', ') || 'nobody who is trusted'],
  ['Builder', builder.id],
  [
    'Its versions',
    builder.versions.map(({ name, version }) => `${name} ${version}`).join(', ') ||
      'it does not say',
  ],
  ['Definitions', sourceCell(source)],
  ['Kind of build', buildType],
  [
    'When',
    startedOn === undefined && finishedOn === undefined
      ? 'it does not say'
      : [startedOn, finishedOn]
          .filter((each) => each !== undefined)
          .map(timeText)
          .join(' to '),
  ],
  [
    'Parameters',
    parameters.length === 0
      ? 'none'
      : html`<ul>${parameters.map(({ name, value }) => html`<li>${name}: <code>${value}</code></li>`)}</ul>`,
  ],
])}
<details${inputs.length > 300 ? html` class="long"` : undefined}><summary>${inputs.length} inputs</summary>
${inputTable(`Inputs of ${named}`, inputs)}</details>
${byproducts.length === 0 ? undefined : inputTable(`What came out besides ${named}`, byproducts)}
`;
}

/** The commit, and whether anything differed from it. */
function sourceCell(source: Dossier['provenance'][number]['source']): Cell {
  if (source === undefined) return 'it names no commit';
  const { commit, uri, state } = source;
  const [word, tone] = commitWords[state];
  return html`commit <code>${commit}</code>${uri === undefined ? '' : ` of ${uri}`}: <span class="tag ${tone}">${word}</span>`;
}

const commitWords = {
  unchanged: ['nothing differed from it', 'good'],
  changed: ['files differed from it', 'bad'],
  unknown: ['whether files differed from it is not told', 'open'],
} as const;

function inputTable(caption: string, inputs: Dossier['provenance'][number]['inputs']): Markup {
  const sourced = inputs.some(({ uri }) => uri !== undefined);
  return table({
    caption,
    columns: [
      { title: 'What' },
      ...(sourced ? [{ title: 'Where from' }] : []),
      { title: 'Digest' },
    ],
    rows: inputs.map(({ name, uri, digest }) => ({
      cells: [
        name,
        ...(sourced ? [uri ?? 'the folder of the release'] : []),
        digest === undefined ? html`<span class="tag open">not pinned</span>` : digestCell(digest),
      ] as readonly Cell[],
    })),
    ...(inputs.length > 20 ? { search: 'inputs' } : {}),
  });
}

/** Exceptions of the policy, and who approved what. */
export function decisions({ waivers, approvals }: Dossier): Markup {
  return section(
    'decisions',
    'Exceptions and approvals',
    table({
      caption: 'Exceptions of the policy (waivers)',
      columns: [
        { title: 'Check' },
        { title: 'Of what' },
        { title: 'Owner' },
        { title: 'Reason' },
        { title: 'Ends' },
        { title: 'State' },
      ],
      rows: waivers.map(({ check, subject, owner, reason, expires, state, results }) => ({
        cells: [
          check,
          subject,
          owner,
          reason,
          expires,
          state === 'used'
            ? `covers ${results} failures`
            : state === 'expired'
              ? html`<span class="tag bad">expired: does not count</span>`
              : 'not needed',
        ],
      })),
      empty: 'the policy has none',
    }),
    table({
      caption: 'Approvals',
      columns: [
        { title: 'Role' },
        { title: 'Who' },
        { title: 'When' },
        { title: 'Over' },
        { title: 'State' },
        { title: 'Statement' },
      ],
      rows: approvals.map(({ role, signers, date, subjects, state, reason, document }) => ({
        cells: [
          role,
          signers.join(', ') || 'nobody who is trusted',
          timeText(date),
          html`<ul>${subjects.map(({ name, digest }) => html`<li>${name} ${digestCell(digest)}</li>`)}</ul>`,
          html`${stateTag(state)} ${reason}`,
          html`${document.name} ${digestCell(document.digest)}`,
        ],
      })),
      empty: 'nobody has approved it yet',
    }),
  );
}

/** The last parts of an address: what people tell builders by. */
function lastPart(uri: string): string {
  return uri.replace(/\/+$/, '').split('/').slice(-2).join('/');
}
