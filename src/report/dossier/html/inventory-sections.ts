import { html, type Markup } from '../../html/markup.ts';
import { digestCell, section, table } from '../../html/tables.ts';
import type { Dossier } from '../dossier.ts';
import type { DossierSbomPackage } from '../dossier-contents.ts';
import { shortName } from './layer-treemap.ts';

/** More rows than that stay folded on paper, too. */
const maxPrinted = 100;
/** Licences that stand there unfolded. */
const mostLicences = 15;
const noLicence = 'none named';

interface Listed extends DossierSbomPackage {
  readonly holders: readonly string[];
}

/** What is in the images: lists of contents, licences, every package. */
export function inventory({ contents }: Dossier): Markup {
  const all = [
    ...contents.images.map(({ reference, digest, sbom }) => ({
      name: reference,
      of: digest as string,
      sbom,
    })),
    ...contents.files.map(({ package: holder, component, sbom }) => ({
      name: `files of ${holder}/${component}`,
      of: undefined,
      sbom,
    })),
  ];
  // A bundle carries the documents of its packages once more.
  const documents = [
    ...new Map(all.map((each) => [`${each.name} ${each.sbom?.digest ?? ''}`, each])).values(),
  ];
  const listed = listedPackages(documents);
  const nothing = documents.some(({ sbom }) => sbom !== undefined)
    ? 'the lists of contents name none'
    : 'not looked at, for no list of contents was there';
  return section(
    'inventory',
    'What the images are made of, and under which licences',
    table({
      caption: 'Lists of contents (SBOM)',
      columns: [
        { title: 'Of' },
        { title: 'Packages', numeric: true },
        { title: 'Document in the archive, and its digest' },
        { title: 'Made by' },
        { title: 'What it could not look into' },
      ],
      rows: documents.map(({ name, sbom }) => ({
        cells:
          sbom === undefined
            ? [name, 'not looked at', 'none that could be read', 'nobody', 'everything']
            : [
                name,
                sbom.packages.length + (sbom.more ?? 0),
                html`${sbom.document}<br>${digestCell(sbom.digest)}`,
                sbom.tool ?? 'it does not say',
                sbom.gaps === undefined ? 'it does not say' : sbom.gaps.join(', ') || 'nothing',
              ],
      })),
      empty: 'there is nothing to list',
    }),
    licences(listed, nothing),
    packageTable(listed, nothing),
  );
}

function listedPackages(
  documents: readonly {
    readonly name: string;
    readonly sbom: { readonly packages: readonly DossierSbomPackage[] } | undefined;
  }[],
): readonly Listed[] {
  const found = new Map<string, Listed>();
  for (const { name, sbom } of documents) {
    for (const each of sbom?.packages ?? []) {
      const key = JSON.stringify([
        each.name,
        each.version,
        each.type,
        each.purl ?? '',
        each.licences,
      ]);
      const before = found.get(key);
      found.set(key, {
        ...each,
        holders: [...new Set([...(before?.holders ?? []), shortName(name)])],
      });
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function licences(listed: readonly Listed[], nothing: string): Markup {
  const found = new Map<string, Listed[]>();
  for (const each of listed)
    for (const licence of each.licences.length === 0 ? [noLicence] : each.licences)
      found.set(licence, [...(found.get(licence) ?? []), each]);
  const sorted = [...found].sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
  const rows = sorted.map(([licence, all]) => ({
    cells: [
      licence,
      all.length,
      all
        .slice(0, 4)
        .map(({ name }) => name)
        .join(', ') + (all.length > 4 ? ' …' : ''),
    ],
    values: [undefined, all.length],
  }));
  const columns = [
    { title: 'Licence' },
    { title: 'Packages', numeric: true },
    { title: 'For example' },
  ];
  const caption = 'Licences, as the packages name them';
  if (rows.length <= 2 * mostLicences) return table({ caption, columns, rows, empty: nothing });
  return html`${table({ caption: `${caption}: the ${mostLicences} most frequent of ${rows.length}`, columns, rows: rows.slice(0, mostLicences) })}<details${rows.length > maxPrinted ? html` class="long"` : undefined}><summary>All ${rows.length} licences</summary>
${table({ caption: `Licences (${rows.length})`, columns, rows, search: 'licences' })}</details>
`;
}

function packageTable(listed: readonly Listed[], nothing: string): Markup {
  if (listed.length === 0) return html`<p><strong>Packages:</strong> ${nothing}.</p>`;
  const long = listed.length > maxPrinted;
  return html`<details${long ? html` class="long"` : undefined}><summary>All ${listed.length} packages</summary>
${long ? html`<p class="note">Open this list before printing to have it on paper; the documents named above and report.json hold it, too.</p>` : undefined}
${table({
  caption: `Packages (${listed.length})`,
  columns: [
    { title: 'Name' },
    { title: 'Version' },
    { title: 'Kind' },
    { title: 'Licence' },
    { title: 'In' },
  ],
  rows: listed.map(({ name, version, type, licences: own, holders }) => ({
    cells: [name, version, type, own.join(', ') || noLicence, holders.join(', ')],
  })),
  search: 'packages',
})}</details>
`;
}

/** What scanners said of vulnerabilities; that nobody looked is said as plainly. */
export function vulnerabilities({ scans }: Dossier): Markup {
  if (scans.length === 0)
    return section(
      'vulnerabilities',
      'Known vulnerabilities',
      html`<p><strong class="tag open">Not looked at.</strong> No result of a scanner was given. This program knows which packages are there; it does not know which of them are vulnerable.</p>`,
    );
  return section(
    'vulnerabilities',
    'Known vulnerabilities',
    html`<p class="note">Taken over from the scanner as it stands: this program did not look itself, and does not know whether the scanner saw the same images.</p>`,
    table({
      caption: 'By scanner and severity',
      columns: [
        { title: 'Scanner' },
        ...severities.map((title) => ({ title, numeric: true })),
        { title: 'left out', numeric: true },
        { title: 'Database of' },
        { title: 'Result file' },
      ],
      rows: scans.map(({ tool, toolVersion, counts, setAside, databaseDate, document }) => ({
        cells: [
          `${tool} ${toolVersion ?? ''}`.trim(),
          ...severities.map((severity) => counts[severity]),
          setAside ?? 0,
          databaseDate ?? 'it does not say',
          html`${document.name} ${digestCell(document.digest)}`,
        ],
      })),
    }),
    ...scans.map(({ tool, matches }) =>
      table({
        caption: `What ${tool} found (${matches.length})`,
        columns: [
          { title: 'Id' },
          { title: 'Severity' },
          { title: 'Package' },
          { title: 'Version' },
          { title: 'Mended in' },
          { title: 'Where' },
        ],
        rows: matches.map((each) => ({
          cells: [
            each.id,
            html`<span class="tag ${each.severity === 'critical' || each.severity === 'high' ? 'bad' : 'open'}">${each.severity}</span>`,
            each.package ?? '',
            each.version ?? '',
            each.fixedIn ?? 'not known',
            each.location ?? '',
          ],
        })),
        search: 'vulnerabilities',
        empty: 'nothing',
      }),
    ),
  );
}

const severities = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'] as const;
