import { formatSize } from '../../../support/format-size.ts';
import { html, type Markup } from '../../html/markup.ts';
import { type Cell, digestCell, facts, type Row, section, table } from '../../html/tables.ts';
import type { Dossier } from '../dossier.ts';
import type { DossierPackage } from '../dossier-contents.ts';
import { layerTreemap, shortName } from './layer-treemap.ts';

/** Packages, components and images, with their sizes. */
export function contents(dossier: Dossier): Markup {
  const { contents: held, sizes } = dossier;
  return section(
    'contents',
    'What is in it',
    facts('Sizes', [
      ['All archives', formatSize(sizes.archives)],
      ['All images', `${formatSize(sizes.images)}, each counted for itself`],
      [
        'What a registry stores',
        `${formatSize(sizes.uniqueImages)}, what images share counted once`,
      ],
    ]),
    layerTreemap(held.images) ?? html``,
    table({
      caption: 'Images',
      columns: [
        { title: 'Image, and its digest' },
        { title: 'Platform', whole: true },
        { title: 'Layers', numeric: true },
        { title: 'Size', numeric: true },
        { title: 'Shared with others', numeric: true },
        { title: 'Carried by' },
      ],
      rows: held.images.map(({ reference, platform, layers, size, digest, carriedBy }) => {
        const shared = layers
          .filter(({ sharedBy }) => sharedBy > 1)
          .reduce((sum, layer) => sum + layer.size, 0);
        return {
          cells: [
            html`${reference}<br>${digestCell(digest)}`,
            platform ?? 'unknown',
            layers.length,
            formatSize(size),
            formatSize(shared),
            html`${carriedBy.map((each) => html`${each}<br>`)}`,
          ],
          values: [undefined, undefined, layers.length, size, shared],
        };
      }),
      ...(held.images.length > 12 ? { search: 'images' } : {}),
      empty: 'there are none',
    }),
    growth(dossier),
    budgets(dossier),
    table({
      caption: 'Packages and their components',
      columns: [
        { title: 'Package, component' },
        { title: 'In' },
        { title: 'Deployed', whole: true },
        { title: 'Images', numeric: true },
        { title: 'Charts' },
        { title: 'Besides', whole: true },
        { title: 'Size', numeric: true },
      ],
      rows: packageRows(held.packages),
      empty: 'no package could be read',
    }),
  );
}

/** The same package in a bundle and by itself is told once, with both. */
function packageRows(packages: Dossier['contents']['packages']): readonly Row[] {
  const found = new Map<string, { readonly first: DossierPackage; readonly within: string[] }>();
  for (const each of packages) {
    const key = JSON.stringify([each.name, each.digest ?? each.archive]);
    const known = found.get(key) ?? { first: each, within: [] };
    known.within.push(each.archive);
    found.set(key, known);
  }
  return [...found.values()].flatMap(({ first, within }) => componentRows(first, within));
}

function componentRows(
  { name, version, components, size, signature, images, digest }: DossierPackage,
  within: readonly string[],
): readonly Row[] {
  return [
    {
      cells: [
        html`${name} ${version ?? ''}`,
        html`${within.map((each) => html`${each}<br>`)}zarf.yaml ${digestCell(digest)}`,
        `package; its signature: ${signature}`,
        images.length,
        '',
        counted(components.length, 'component'),
        formatSize(size),
      ],
    },
    ...components.map((each) => ({
      cells: [
        html`<span class="sub">${each.name}</span>`,
        'component',
        each.required ? 'always' : each.selected ? 'by default' : 'only when chosen',
        each.images,
        each.charts.join(', ') || 'none',
        besides(each),
        formatSize(each.size),
      ] as readonly Cell[],
    })),
  ];
}

function besides({
  manifests,
  files,
  dataInjections,
  actions,
}: DossierPackage['components'][number]): string {
  const list = [
    [manifests, 'manifest'],
    [files + dataInjections, 'file'],
    [actions, 'action'],
  ] as const;
  const found = list.flatMap(([count, word]) => (count === 0 ? [] : [counted(count, word)]));
  return found.join(', ') || 'nothing';
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function growth({ previous, sizes, release: now }: Dossier): Markup {
  if (previous === undefined)
    return html`<p><strong>Growth:</strong> not looked at; no earlier report was given.</p>`;
  const { release, images, date } = previous;
  const from =
    release === null
      ? previous.name
      : `${release.product} ${release.version} ${release.flavor}, number ${release.counter}`;
  const isOther = release !== null && now !== null && release.flavor !== now.flavor;
  const change = (before: number | undefined, after: number | undefined): string =>
    before === undefined
      ? 'new'
      : after === undefined
        ? 'gone'
        : `${after >= before ? '+' : '−'}${formatSize(Math.abs(after - before))}`;
  const growing = table({
    caption: `Growth against ${from} (report of ${date.slice(0, 10)})`,
    columns: [
      { title: 'What' },
      { title: 'Before', numeric: true },
      { title: 'Now', numeric: true },
      { title: 'Change', numeric: true },
    ],
    rows: [
      {
        cells: [
          'All archives',
          formatSize(previous.archives),
          formatSize(sizes.archives),
          change(previous.archives, sizes.archives),
        ],
      },
      {
        cells: [
          'What a registry stores',
          formatSize(previous.uniqueImages),
          formatSize(sizes.uniqueImages),
          change(previous.uniqueImages, sizes.uniqueImages),
        ],
      },
      ...images.map(({ name, before, after }) => ({
        cells: [
          name,
          before === undefined ? 'not there' : formatSize(before),
          after === undefined ? 'not there' : formatSize(after),
          change(before, after),
        ],
      })),
    ],
  });
  return html`${growing}<p class="note">${isOther ? `${previous.name} is about another flavor, ${release.flavor}: what grew or shrank may be that. ` : ''}Nobody has held ${previous.name} against a signature here; cowa-release diff --report-key does.</p>
`;
}

function budgets({ sizes: { budgets: limits } }: Dossier): Markup {
  return table({
    caption: 'Limits of the policy on sizes',
    columns: [
      { title: 'What' },
      { title: 'Size', numeric: true },
      { title: 'Limit', numeric: true },
      { title: 'Used' },
    ],
    rows: limits.map(({ kind, name, size, minBytes, maxBytes }) => ({
      cells: [
        `${kind} ${shortName(name)}`,
        formatSize(size),
        [
          minBytes === undefined ? '' : `from ${formatSize(minBytes)}`,
          maxBytes === undefined ? '' : `to ${formatSize(maxBytes)}`,
        ]
          .filter(Boolean)
          .join(' '),
        maxBytes === undefined ? 'no upper limit' : gauge(size, maxBytes),
      ],
    })),
    empty: 'the policy sets none',
  });
}

/** A bar with its limit, and the same in words. */
function gauge(size: number, limit: number): Markup {
  const percent = limit === 0 ? 0 : Math.round((100 * size) / limit);
  const drawn = Math.min(percent, 125);
  return html`<svg aria-hidden="true" viewBox="0 0 126 10" width="126" height="10"><rect class="${percent > 100 ? 'over' : 'bar'}" x="0" y="2" width="${drawn}" height="6"/><path class="limit" d="M100 0v10"/></svg> ${percent} %${percent > 100 ? ' (over)' : ''}`;
}
