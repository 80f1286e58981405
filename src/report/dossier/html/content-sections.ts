import type { Dossier } from '../dossier.ts';
import { layerTreemap, shortName } from './layer-treemap.ts';
import { html, type Markup } from './markup.ts';
import { bytes, type Cell, digestCell, facts, type Row, section, table } from './tables.ts';

/** Packages, components and images, with their sizes. */
export function contents(dossier: Dossier): Markup {
  const { contents: held, sizes } = dossier;
  return section(
    'contents',
    'What is in it',
    facts('Sizes', [
      ['All archives', bytes(sizes.archives)],
      ['All images', `${bytes(sizes.images)}, each counted for itself`],
      ['What a registry stores', `${bytes(sizes.uniqueImages)}, what images share counted once`],
    ]),
    layerTreemap(held.images) ?? html``,
    table({
      caption: 'Images',
      columns: [
        { title: 'Image' },
        { title: 'Platform' },
        { title: 'Layers', numeric: true },
        { title: 'Size', numeric: true },
        { title: 'Shared with others', numeric: true },
        { title: 'Digest' },
        { title: 'Carried by' },
      ],
      rows: held.images.map(({ reference, platform, layers, size, digest, carriedBy }) => {
        const shared = layers
          .filter(({ sharedBy }) => sharedBy > 1)
          .reduce((sum, layer) => sum + layer.size, 0);
        return {
          cells: [
            reference,
            platform ?? 'unknown',
            layers.length,
            bytes(size),
            bytes(shared),
            digestCell(digest),
            carriedBy.join('; '),
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
        { title: 'Deployed' },
        { title: 'Images', numeric: true },
        { title: 'Charts' },
        { title: 'Manifests, files, actions', numeric: true },
        { title: 'Size', numeric: true },
      ],
      rows: held.packages.flatMap(componentRows),
      empty: 'no package could be read',
    }),
  );
}

function componentRows({
  name,
  version,
  archive,
  components,
  size,
  signature,
  images,
  digest,
}: Dossier['contents']['packages'][number]): readonly Row[] {
  return [
    {
      cells: [
        html`<strong>${name} ${version ?? ''}</strong>`,
        archive,
        `signature: ${signature}`,
        images.length,
        html`zarf.yaml ${digestCell(digest)}`,
        '',
        bytes(size),
      ],
    },
    ...components.map((each) => ({
      cells: [
        `${name}: ${each.name}`,
        archive,
        each.required ? 'always' : each.selected ? 'by default' : 'only when chosen',
        each.images,
        each.charts.join(', ') || 'none',
        `${each.manifests}, ${each.files + each.dataInjections}, ${each.actions}`,
        bytes(each.size),
      ] as readonly Cell[],
    })),
  ];
}

function growth({ previous, sizes }: Dossier): Markup {
  if (previous === undefined)
    return html`<p><strong>Growth:</strong> not looked at; no earlier report was given.</p>`;
  const { release, images, date } = previous;
  const from =
    release === null
      ? previous.name
      : `${release.product} ${release.version}, number ${release.counter}`;
  const change = (before: number | undefined, after: number | undefined): string =>
    before === undefined
      ? 'new'
      : after === undefined
        ? 'gone'
        : `${after >= before ? '+' : '−'}${bytes(Math.abs(after - before))}`;
  return table({
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
          bytes(previous.archives),
          bytes(sizes.archives),
          change(previous.archives, sizes.archives),
        ],
      },
      {
        cells: [
          'What a registry stores',
          bytes(previous.uniqueImages),
          bytes(sizes.uniqueImages),
          change(previous.uniqueImages, sizes.uniqueImages),
        ],
      },
      ...images.map(({ name, before, after }) => ({
        cells: [
          name,
          before === undefined ? 'not there' : bytes(before),
          after === undefined ? 'not there' : bytes(after),
          change(before, after),
        ],
      })),
    ],
  });
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
        bytes(size),
        [
          minBytes === undefined ? '' : `from ${bytes(minBytes)}`,
          maxBytes === undefined ? '' : `to ${bytes(maxBytes)}`,
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
