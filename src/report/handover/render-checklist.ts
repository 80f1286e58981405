import { renderBlocksHtml } from '../document-blocks.ts';
import { html } from '../html/markup.ts';
import { table } from '../html/tables.ts';
import { type Handover, handoverNames } from './handover.ts';
import { targetHeading } from './handover-page.ts';
import { spokenFingerprint } from './spoken-fingerprint.ts';

/** Archives that fit on the page; more are counted. */
const maxArchives = 8;

const style = `
body{font-size:.85rem;line-height:1.35;max-width:60rem}h1{font-size:1.2rem;margin:.3rem 0}h2{font-size:.95rem;margin:.5rem 0 .1rem;padding-top:.3rem}
ul{list-style:none;margin:.2rem 0;padding:0}li{padding:.12rem 0 .12rem 1.7rem;position:relative}
li::before{content:"";position:absolute;left:.2rem;top:.3rem;width:.9rem;height:.9rem;border:1px solid var(--fg)}
table{margin:.3rem 0}th,td{padding:.15rem .35rem}.names td{height:2rem}.fp{font:1rem ui-monospace,monospace;word-spacing:.4rem}
@page{size:auto;margin:12mm}@media (min-width:56rem),print{.names th:first-child{width:11rem}}@media print{body{font-size:8.5pt}}`;

/** One page to print: what is to be done in which order, with places to sign. */
export function renderChecklist(handover: Handover): string {
  const { release, fingerprint, identity, archives, report } = handover;
  const title = `Checklist: ${release.product} ${release.version}, ${release.flavor}, number ${release.counter}`;
  const shown = archives.slice(0, maxArchives);
  const more = archives.length - shown.length;
  const open = archives.flatMap(({ requirements }) => requirements?.variables ?? []);
  const line = '_'.repeat(24);
  const steps: readonly (readonly [string, readonly string[]])[] = [
    [
      'Receiving',
      [
        `Medium and seal are as announced. Number: ${line}`,
        'sha256sum -c --strict SHA256SUMS says nothing is damaged',
      ],
    ],
    [
      'Proving',
      [
        ...(fingerprint === undefined
          ? identity === undefined
            ? [`NOT SIGNED: nobody can tell who made it. Accepted by: ${line}`]
            : [`cowa-release verify release --trust-policy: PASS, signed by ${identity}`]
          : [
              `The sender read the fingerprint aloud, over another way; all 16 groups are equal. Who and when: ${line}`,
              'cowa-release verify release: PASS, exit code 0 (or the openssl commands of HANDOVER.md)',
            ]),
        ...(report === undefined
          ? []
          : ['report/report.html was read: its verdict, and what was not looked at']),
        'Release number is higher than that of the release before',
        'Approvals that are demanded are there (verify --trust-policy)',
      ],
    ],
    [
      'Preparing',
      [
        `Disk, registry, volumes and accelerators are there (${handoverNames.page}: ${targetHeading})`,
        open.length === 0
          ? 'No values have to be given'
          : `Values are filled in: ${open.length} without default in uds-config.yaml`,
        'The state before is saved, and the way back is known',
      ],
    ],
    [
      'Deploying',
      ['uds inspect / zarf package inspect shows what was expected', 'Deployed, and seen working'],
    ],
  ];
  const body = html`${steps.map(([heading, items]) => html`<h2>${heading}</h2>\n<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>\n`)}<h2>What it is${fingerprint === undefined ? '' : ', and the fingerprint of the key that signed it'}</h2>
${
  fingerprint === undefined
    ? undefined
    : html`<p class="fp">${spokenFingerprint(fingerprint)
        .map(({ hex }) => hex)
        .join(' ')}</p>\n`
}${table({
  caption: 'Archives',
  columns: [{ title: 'archive' }, { title: 'SHA-256, first and last 8' }],
  rows: [
    ...shown.map(({ name, digest }) => ({
      cells: [name, html`<code>${digest.slice(7, 15)} … ${digest.slice(-8)}</code>`],
    })),
    ...(more === 0 ? [] : [{ cells: [`${more} more`, `see ${handoverNames.page}`] }]),
  ],
})}<div class="names">${table({
    caption: 'Signatures',
    columns: ['as', 'name', 'date', 'signature'].map((title) => ({ title })),
    rows: ['handed over by', 'received and verified by', 'approved by', 'deployed by'].map(
      (role) => ({ cells: [role, '', '', ''] }),
    ),
  })}</div>
`;
  return renderBlocksHtml(title, [{ kind: 'title', text: title }], {
    style,
    body,
  });
}
