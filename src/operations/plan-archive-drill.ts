import type { ArchiveMap, MappedEntry } from '../archive/drill/map-archive.ts';
import { flipAt } from '../archive/drill/spliced-bytes.ts';
import { appended, blobName, cut, swapped, tarBlock, titlesOf } from './archive-splices.ts';
import { signatureKinds } from './drill-signatures.ts';
import type { DrillKind, DrillMaterial, NotPlayed, Tampering } from './drill-tampering.ts';

export interface ArchiveDrill {
  readonly tamperings: readonly Tampering[];
  readonly notPlayed: readonly NotPlayed[];
}

const definitions = /^(?:zarf\.yaml|uds-bundle\.ya?ml|bundle\.uds\.hcl)$/;
const signatures = /^(?:zarf\.bundle\.sig|zarf\.yaml\.sig|uds\.bundle\.sig)$/;

/** Every way to tamper with an archive that there is something for, in the order it is shown. */
export async function planArchiveDrill(material: DrillMaterial): Promise<ArchiveDrill> {
  const tamperings: Tampering[] = [];
  const notPlayed: NotPlayed[] = [];
  for (const { id, what, without, make } of kindsOf(material)) {
    const made = await make();
    if (made === undefined) notPlayed.push({ id, reason: without });
    else tamperings.push({ id, what, ...made });
  }
  return { tamperings, notPlayed };
}

function kindsOf(material: DrillMaterial): readonly DrillKind[] {
  const { map, standIns, wholeSize } = material;
  const titles = titlesOf(map.entries);
  const files = map.entries.filter(({ type, size }) => type === 'file' && size > 0);
  const titleOf = (entry: MappedEntry): string =>
    titles.get(blobName.exec(entry.name)?.[1] ?? '') ?? entry.name;
  const largest = (test: (title: string) => boolean): MappedEntry | undefined =>
    files
      .filter((entry) => test(titleOf(entry)) && standIns?.has(entry.name) !== true)
      .sort((a, b) => b.size - a.size)[0];
  const definition = largest((title) => definitions.test(title));
  const signature = largest((title) => signatures.test(title));
  const image =
    largest((title) => title.startsWith('images/blobs/')) ??
    largest((title) => blobName.test(title));
  const blobs = files.filter(({ name }) => blobName.test(name)).sort((a, b) => b.size - a.size);
  const shown = (entry: MappedEntry): string => {
    const title = titleOf(entry);
    return title === entry.name ? title : `${title} (${entry.name})`;
  };
  const flipped = (entry: MappedEntry | undefined) =>
    entry && {
      tar: [flipAt(entry.content + Math.floor(entry.size / 2))],
      where: `${shown(entry)}, byte ${Math.floor(entry.size / 2)} of ${entry.size}`,
    };
  const dropped = (entry: MappedEntry | undefined) =>
    entry && { tar: [cut(entry)], where: shown(entry) };
  const flip = (id: string, thing: string, entry: MappedEntry | undefined): DrillKind => ({
    id,
    what: `a bit of ${thing} is turned over`,
    without: `there is nothing of that kind: ${thing}`,
    make: () => flipped(entry),
  });
  return [
    flip('flip-definition', 'the definition', definition),
    flip(
      'flip-checksums',
      'checksums.txt',
      largest((title) => title === 'checksums.txt'),
    ),
    flip(
      'flip-index',
      'an index',
      largest((title) => /(?:^|\/)index\.json$/.test(title)),
    ),
    flip('flip-signature', 'the signature in it', signature),
    flip('flip-image', 'an image blob', image),
    flip(
      'flip-component',
      'a component',
      largest((title) => title.startsWith('components/')),
    ),
    flip(
      'flip-sboms',
      'sboms.tar',
      largest((title) => title === 'sboms.tar'),
    ),
    {
      id: 'swap-blobs',
      what: 'two blobs are put under each other’s names',
      without: 'there are no two blobs',
      make: () => swapped(blobs),
    },
    {
      id: 'drop-blob',
      what: 'a blob is left out',
      without: 'there is no blob',
      make: () => dropped(image ?? blobs[0]),
    },
    {
      id: 'drop-definition',
      what: 'the definition is left out',
      without: 'there is no definition',
      make: () => dropped(definition),
    },
    {
      id: 'add-file',
      what: 'a file is added that nothing names',
      without: 'never',
      make: () =>
        appended(map, [{ name: 'run-me.sh', bytes: Buffer.from('#!/bin/sh\n') }], 'run-me.sh'),
    },
    ...duplicates(map, definition ?? largest((title) => title.endsWith('index.json')), shown),
    {
      id: 'escape',
      what: 'a file is added whose name leads out of the folder it is unpacked in',
      without: 'never',
      make: () => {
        const name = '../../etc/cron.d/run-me';
        return appended(map, [{ name, bytes: Buffer.from('* * * * * root true\n') }], name);
      },
    },
    {
      id: 'data-after-end',
      what: 'data is put behind the end of the tar',
      without: 'never',
      make: () => ({
        tar: [{ at: Number.POSITIVE_INFINITY, remove: 0, put: Buffer.alloc(tarBlock, 'hidden ') }],
        where: 'behind the last block of zeros',
      }),
    },
    ...fileKinds(map, wholeSize),
    ...signatureKinds(material, { definition, signature }),
  ];
}

/** A second entry under a name: some readers take the first, others the last. */
function duplicates(
  map: ArchiveMap,
  entry: MappedEntry | undefined,
  shown: (entry: MappedEntry) => string,
): readonly DrillKind[] {
  const again = (name: string) => {
    if (entry?.bytes === undefined || name.length > 100) return undefined;
    const bytes = Buffer.concat([entry.bytes, Buffer.from('\n')]);
    return appended(map, [{ name, bytes }], `${shown(entry)}, again as ${name}`);
  };
  return [
    {
      id: 'duplicate-entry',
      what: 'a second file of the same name, with other content, is put at the end',
      without: 'nothing that could be doubled is small enough',
      make: () => again(entry?.name ?? ''),
    },
    {
      id: 'duplicate-spelling',
      what: 'a second file is put at the end, whose name is the same in another spelling',
      without: 'nothing that could be doubled is small enough',
      make: () => again(`a/../${entry?.name ?? ''}`),
    },
  ];
}

/** Damage and tampering of the file as it lies on the medium. */
function fileKinds(
  { size, compressed, seekTable }: ArchiveMap,
  wholeSize: number | undefined,
): readonly DrillKind[] {
  const middle = Math.floor((wholeSize ?? size) / 2);
  // What a place in the small one is called says nothing of the large one.
  const at = (place: string, words: string): string => (wholeSize === undefined ? place : words);
  return [
    {
      id: 'flip-first-bytes',
      what: 'a bit near the beginning of the file is turned over',
      without: 'never',
      make: () => ({ flip: Math.min(20, size - 1), where: `byte ${Math.min(20, size - 1)}` }),
    },
    {
      id: 'flip-middle',
      what: 'a bit in the middle of the file is turned over',
      without: 'never',
      make: () => ({ flip: middle, where: `byte ${middle} of ${wholeSize ?? size}` }),
    },
    {
      id: 'flip-seek-table',
      what: 'a bit of the seek table is turned over',
      without: 'it has no seek table',
      make: () =>
        seekTable === undefined
          ? undefined
          : {
              file: [flipAt(seekTable + 8)],
              where: at(`byte ${seekTable + 8} of ${size}`, 'the first size it lists'),
            },
    },
    {
      id: 'trailing-bytes',
      what: 'bytes are put behind the end of the file',
      without: 'never',
      make: () => ({
        file: [{ at: Number.POSITIVE_INFINITY, remove: 0, put: Buffer.from('nobody looks here') }],
        where: compressed ? 'behind the last frame' : 'behind the end of the tar',
      }),
    },
    {
      id: 'truncate',
      what: 'the second half of the file is missing',
      without: 'never',
      make: () => ({
        file: [
          { at: Math.floor(size / 2), remove: Number.POSITIVE_INFINITY, put: Buffer.alloc(0) },
        ],
        where: at(`from byte ${Math.floor(size / 2)} on`, 'from the middle on'),
      }),
    },
  ];
}
