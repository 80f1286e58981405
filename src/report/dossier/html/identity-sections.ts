import { formatSize } from '../../../support/format-size.ts';
import { html, type Markup } from '../../html/markup.ts';
import { type Cell, digestCell, facts, section, table } from '../../html/tables.ts';
import type { ReportedLevel } from '../../verify-report.ts';
import type { Dossier } from '../dossier.ts';
import { type WhoSigned, whoSigned } from '../who-signed.ts';
import { timeText } from './first-screen.ts';

/** What was judged, by digest. */
export function identity({ release, subjects, run }: Dossier): Markup {
  const archives = subjects.filter(({ kind }) => kind !== 'file');
  const files = subjects.filter(({ kind }) => kind === 'file');
  return section(
    'identity',
    'What was judged',
    release === null
      ? html`<p>No signed release statement was there that could be believed: what follows was judged archive by archive.</p>`
      : facts('The release, as its signed statement says', [
          ['Product', release.product],
          ['Version', release.version],
          ['Flavor', release.flavor],
          ['Number in its row', String(release.counter)],
          ['Date of the release', timeText(release.date)],
          ['Meant for', release.audience?.join(', ') ?? 'nobody in particular'],
        ]),
    table({
      caption: 'Archives',
      columns: [
        { title: 'File' },
        { title: 'Kind', whole: true },
        { title: 'Size', numeric: true },
        { title: 'SHA-256 of the file, and of what stays the same' },
        { title: 'Verdict' },
      ],
      rows: archives.map(({ name, kind, size, digest, root, outcome }) => ({
        cells: [
          name,
          kind === 'zarf-package' ? 'Zarf package' : 'UDS bundle',
          formatSize(size),
          html`${digestCell(digest)}${root === undefined ? undefined : html`<br>root ${digestCell(root)}`}`,
          verdictWord(outcome),
        ],
      })),
    }),
    files.length === 0
      ? html``
      : html`<p>With them lie ${files.length} other files, ${formatSize(files.reduce((sum, { size }) => sum + size, 0))}: <a href="#evidence">each with its digest in the appendix</a>.</p>
`,
    facts('How it was judged', [
      ['By policy', html`${run.policy.name} ${digestCell(run.policy.digest)}`],
      ['Network', 'none: the judgement cannot reach one'],
      [
        'Other programs',
        run.tools.map(({ name, version }) => `${name} ${version ?? ''}`.trim()).join(', ') ||
          'none',
      ],
    ]),
  );
}

function verdictWord(outcome: string | undefined): Cell {
  if (outcome === 'pass') return html`<span class="tag good">Pass</span>`;
  if (outcome === 'fail') return html`<span class="tag bad">Fail</span>`;
  return html`<span class="tag open">Not proven</span>`;
}

/** Whom the judgement believed, and what is believed of every level. */
export function trust({ trust: believed }: Dossier): Markup {
  const { key, trustPolicy, since, judgedAt, archives } = believed;
  const levels = archives.flatMap(({ archive, levels: own }) =>
    own.map((level) => ({ archive, ...level })),
  );
  return section(
    'trust',
    'Signatures, and who is trusted',
    facts('Believed by this judgement', [
      ...(key === undefined
        ? []
        : [
            [
              'Key',
              html`${key.origin}, SHA-256 of the public key <code>${key.fingerprint}</code>`,
            ] as const,
          ]),
      ...(trustPolicy === undefined
        ? []
        : ([
            [
              'Trust policy',
              html`${trustPolicy.location}, version ${trustPolicy.version}, valid until ${timeText(trustPolicy.expires)} ${digestCell(trustPolicy.digest)}`,
            ],
            ...(trustPolicy.site === undefined ? [] : [['Site', trustPolicy.site] as const]),
          ] as const)),
      ...(key === undefined && trustPolicy === undefined
        ? [['Key', 'none was given: nobody is believed'] as const]
        : []),
      ...(since === undefined
        ? []
        : [['Accepted last', html`${since.location} ${digestCell(since.digest)}`] as const]),
      [
        'Clock',
        judgedAt === undefined
          ? 'validity of keys was not asked about: a key alone has no dates'
          : timeText(judgedAt),
      ],
    ]),
    table({
      caption: 'Signature of each archive',
      columns: [
        { title: 'Archive' },
        { title: 'Signature' },
        { title: 'Covers' },
        { title: 'Signer, or why not' },
      ],
      rows: archives.map(({ archive, signature }) => ({
        cells: [
          archive,
          html`<span class="tag ${signature.outcome === 'valid' ? 'good' : signature.outcome === 'invalid' ? 'bad' : 'open'}">${signature.outcome}</span>`,
          signature.covers ?? 'nothing',
          signature.fingerprint === undefined
            ? (signature.reason ?? 'there is none')
            : html`<code>${signature.fingerprint}</code>`,
        ],
      })),
    }),
    signersTable(believed),
    levels.length === 0
      ? html``
      : table({
          caption: 'What is believed of every level',
          columns: [
            { title: 'What' },
            { title: 'In' },
            { title: 'State' },
            { title: 'Signers' },
            { title: 'Why' },
          ],
          rows: levels.map(
            ({ archive, kind, name, version, within, state, signers, covers, reason }) => ({
              cells: [
                `${kind} ${name} ${kind === 'image' ? '' : (version ?? '')}`.trim(),
                within ?? archive,
                html`<span class="tag ${state === 'accepted' || state === 'covered' ? 'good' : state === 'refused' ? 'bad' : 'open'}">${state}</span>`,
                signers.map((each) => signerWords(each, key?.origin)).join('; ') ||
                  'none of its own',
                state === 'covered' ? `covered by ${covers ?? 'what it lies in'}` : reason,
              ],
            }),
          ),
        }),
  );
}

function signersTable(believed: Dossier['trust']): Markup {
  const signers = whoSigned(believed);
  if (signers.length === 0) return html``;
  const who = table({
    caption: 'Who signed',
    columns: [
      { title: 'Signer' },
      { title: 'Known by' },
      { title: 'Signatures count' },
      { title: 'Time that others vouch for' },
      { title: 'Signed' },
    ],
    rows: signers.map(({ name, role, knownBy, counts, stampedTimes, signed }) => ({
      cells: [
        role === undefined ? name : `${name}, as ${role}`,
        knownBy,
        counts,
        stampedTimes.map(timeText).join(', ') || 'none',
        signed.join(', '),
      ],
    })),
  });
  return html`${who}${signers.map(certificates)}`;
}

/** The chain of whoever signed with a certificate, and when it signed. */
function certificates({ name, certificate }: WhoSigned): Markup {
  if (certificate === undefined) return html``;
  const { chain, whenSigned, source } = certificate;
  const rows = chain.map(({ place, subject, issuer, serialNumber, sha256, ...valid }) => ({
    cells: [
      place,
      subject,
      issuer,
      html`<code class="digest">${sha256}</code><br>serial number <code>${serialNumber}</code>`,
      `${timeText(valid.notBefore)} to ${timeText(valid.notAfter)}`,
    ],
  }));
  const columns = [
    { title: 'Certificate', whole: true },
    { title: 'Of' },
    { title: 'Issued by' },
    { title: 'SHA-256' },
    { title: 'Valid' },
  ];
  const caption = `Certificates of ${name}, from the one that signed to the root`;
  return html`${table({ caption, columns, rows, empty: 'cannot be told' })}<p>${whenSigned} ${source}</p>
`;
}

/** With a key alone nobody has a name or a role: it is called as it was given. */
function signerWords(
  { signer, party, role, stampedTimes }: ReportedLevel['signers'][number],
  origin: string | undefined,
): string {
  if (origin !== undefined && party.startsWith('key:')) return `key ${origin}`;
  const stamped =
    stampedTimes.length === 0 ? '' : `, stamped ${stampedTimes.map(timeText).join(', ')}`;
  return `${signer} (${party}, ${role}${stamped})`;
}
