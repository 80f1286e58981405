import { formatSize } from '../../../support/format-size.ts';
import { html, type Markup, raw } from '../../html/markup.ts';
import type { DossierImage } from '../dossier-contents.ts';
import { type Box, squarify } from './squarify.ts';

interface Leaf {
  readonly name: string;
  readonly size: number;
  readonly shared: boolean;
}

interface Group {
  readonly title: string;
  readonly leaves: readonly Leaf[];
}

const width = 960;
const height = 360;
/** Fewer say nothing that the table beside does not. */
const minLeaves = 3;

/**
 * Layers of all images as areas: those of one image together, those of several images once, hatched. The
 * table behind it says the same in numbers. Nothing where there is too little to see.
 */
export function layerTreemap(images: readonly DossierImage[]): Markup | undefined {
  const groups = groupsOf(images);
  const leaves = groups.reduce((sum, group) => sum + group.leaves.length, 0);
  if (leaves < minLeaves) return undefined;
  const sizes = groups.map((group) => group.leaves.reduce((sum, { size }) => sum + size, 0));
  const boxes = squarify(sizes, { x: 0, y: 0, width, height });
  return html`<figure><svg role="img" aria-labelledby="treemap-t treemap-d" data-wide viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title id="treemap-t">Sizes of the layers of all images</title>
<desc id="treemap-d">${groups.map((group, index) => `${group.title}: ${formatSize(sizes[index] ?? 0)} in ${group.leaves.length} layers. `).join('')}The table of images has the same numbers.</desc>
<defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch" x1="0" y1="0" x2="0" y2="8"/></pattern></defs>
${groups.map((group, index) => drawGroup(group, boxes[index], index, sizes[index] ?? 0))}</svg>
<figcaption>One colour for each image, one box for each layer; areas are bytes as they are stored. Hatched: layers of several images, stored once.</figcaption></figure>
`;
}

function groupsOf(images: readonly DossierImage[]): readonly Group[] {
  const shared = new Map<string, Leaf>();
  const seen = new Set<string>();
  const groups: Group[] = [];
  for (const { reference, digest, layers } of images) {
    if (seen.has(digest)) continue;
    seen.add(digest);
    const own: Leaf[] = [];
    for (const layer of layers) {
      const leaf = { name: layer.digest, size: layer.size, shared: layer.sharedBy > 1 };
      if (leaf.shared) shared.set(layer.digest, leaf);
      else own.push(leaf);
    }
    if (own.length > 0) groups.push({ title: shortName(reference), leaves: own });
  }
  if (shared.size > 0)
    groups.push({ title: 'shared by several images', leaves: [...shared.values()] });
  return groups;
}

function drawGroup(group: Group, box: Box | undefined, index: number, size: number): Markup {
  if (box === undefined || box.width * box.height === 0) return html``;
  const inner = squarify(
    group.leaves.map((leaf) => leaf.size),
    box,
  );
  const label = fitted(group.title, box.width);
  return html`<g>${group.leaves.map((leaf, at) => drawLeaf(leaf, inner[at], index, group.title))}${
    label === undefined || box.height < 22
      ? undefined
      : html`<text x="${fixed(box.x + 6)}" y="${fixed(box.y + 17)}">${label}</text>`
  }${
    label === undefined || box.height < 42
      ? undefined
      : html`<text class="small" x="${fixed(box.x + 6)}" y="${fixed(box.y + 33)}">${formatSize(size)}${group.leaves.length === 1 ? '' : ' in all'}</text>`
  }${group.leaves.length === 1 ? undefined : group.leaves.map((leaf, at) => leafSize(leaf, inner[at]))}</g>
`;
}

function drawLeaf(leaf: Leaf, box: Box | undefined, index: number, title: string): Markup {
  if (box === undefined || box.width * box.height < 0.5) return html``;
  const place = raw(
    `x="${fixed(box.x)}" y="${fixed(box.y)}" width="${fixed(box.width)}" height="${fixed(box.height)}"`,
  );
  return html`<rect class="cell c${index % 6}" ${place}><title>${title}: ${formatSize(leaf.size)}, ${leaf.name}</title></rect>${
    leaf.shared ? html`<rect fill="url(#hatch)" opacity="0.35" ${place}/>` : undefined
  }`;
}

/** At the foot, where the name of the image has room above. */
function leafSize({ size }: Leaf, box: Box | undefined): Markup | undefined {
  const text = formatSize(size);
  if (box === undefined || box.height < 60 || fitted(text, box.width) !== text) return undefined;
  return html`<text class="small" x="${fixed(box.x + 6)}" y="${fixed(box.y + box.height - 8)}">${text}</text>`;
}

/** A text that is likely to fit, at about 7 units for each character; undefined where nothing does. */
function fitted(text: string, room: number): string | undefined {
  const characters = Math.floor((room - 10) / 7.2);
  if (characters < 5) return undefined;
  return text.length <= characters ? text : `${text.slice(0, characters - 1)}…`;
}

/** The last part of a reference, with its tag: what people tell images by. */
export function shortName(reference: string): string {
  return (
    reference
      .replace(/@sha256:.*$/, '')
      .split('/')
      .at(-1) ?? reference
  );
}

function fixed(value: number): string {
  return value.toFixed(1);
}
