import { renamedHeader } from '../archive/drill/changed-header.ts';
import type { ArchiveMap, MappedEntry } from '../archive/drill/map-archive.ts';
import { flipAt, type Splice } from '../archive/drill/spliced-bytes.ts';
import { tarHeader, tarPaddingBytes } from '../archive/tar-writer.ts';
import { parseJsonStrict } from '../support/json-document.ts';
import type { NotPlayed, Tampering } from './drill-tampering.ts';

/** What an archive is tampered with by. */
export interface DrillMaterial {
  readonly map: ArchiveMap;
  /** Entries whose contents are only stood for: nothing in them can be turned over. */
  readonly standIns?: ReadonlySet<string>;
  /** Bytes of the archive, where the map is of a small one that was made of it. */
  readonly wholeSize?: number;
  /** Files beside it that vouch for it, by name. */
  readonly vouchers: ReadonlyMap<string, Uint8Array>;
  /** A sound signature over these bytes, in the form of the one that lies there, by a key nobody trusts. */
  readonly strangerOver: ((bytes: Uint8Array) => Promise<Uint8Array>) | undefined;
  /** The same over every byte of the archive; undefined where no signature lies beside it. */
  readonly strangerBeside:
    | { readonly name: string; readonly bytes: () => Promise<Uint8Array> }
    | undefined;
}

export interface ArchiveDrill {
  readonly tamperings: readonly Tampering[];
  readonly notPlayed: readonly NotPlayed[];
}

interface Kind {
  readonly id: string;
  readonly what: string;
  /** Why there is nothing to do; only asked where `make` finds nothing. */
  readonly without: string;
  make():
    | Omit<Tampering, 'id' | 'what'>
    | undefined
    | Promise<Omit<Tampering, 'id' | 'what'> | undefined>;
}

const definitions = /^(?:zarf\.yaml|uds-bundle\.ya?ml|bundle\.uds\.hcl)$/;
const signatures = /^(?:zarf\.bundle\.sig|zarf\.yaml\.sig|uds\.bundle\.sig)$/;
const blobName = /(?:^|\/)blobs\/sha256\/([0-9a-f]{64})$/;
const tarBlock = 512;

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

function kindsOf(material: DrillMaterial): readonly Kind[] {
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
  const flip = (id: string, thing: string, entry: MappedEntry | undefined): Kind => ({
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
): readonly Kind[] {
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
): readonly Kind[] {
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

/** Who vouches: taken away, or somebody else. */
function signatureKinds(
  { vouchers, strangerOver, strangerBeside }: DrillMaterial,
  {
    definition,
    signature,
  }: { readonly definition: MappedEntry | undefined; readonly signature: MappedEntry | undefined },
): readonly Kind[] {
  const names = [...vouchers.keys()].sort();
  const isOwn = signature !== undefined && !blobName.test(signature.name);
  const hidden = new Map(names.map((name) => [name, null] as const));
  return [
    {
      id: 'no-signature',
      what: 'every signature is taken away',
      without: 'there is no signature',
      make: () =>
        names.length === 0 && !isOwn
          ? undefined
          : {
              beside: hidden,
              ...(isOwn ? { tar: [cut(signature)] } : {}),
              where: [...(isOwn ? [signature.name] : []), ...names].join(', '),
            },
    },
    {
      id: 'flip-signature-beside',
      what: 'a bit of the signature beside it is turned over',
      without: 'no signature lies beside it',
      make: () => {
        const bytes = strangerBeside && vouchers.get(strangerBeside.name);
        if (strangerBeside === undefined || bytes === undefined) return undefined;
        const beside = new Map([[strangerBeside.name, flippedSignature(bytes)]]);
        return { beside, where: strangerBeside.name };
      },
    },
    {
      id: 'wrong-key',
      what: 'the signature in it is a sound one by another key',
      without: 'there is no signature of its own in it that names a key',
      make: async () => {
        const signed = definition?.bytes;
        if (!isOwn || signature.name !== 'zarf.bundle.sig' || signed === undefined)
          return undefined;
        const bytes = await strangerOver?.(signed);
        if (bytes === undefined) return undefined;
        return {
          tar: [{ ...cut(signature), put: entryBytes(signature.name, bytes) }],
          where: signature.name,
        };
      },
    },
    {
      id: 'wrong-key-beside',
      what: 'the signature beside it is a sound one by another key',
      without: 'no signature lies beside it',
      make: async () =>
        strangerBeside && {
          beside: new Map([[strangerBeside.name, await strangerBeside.bytes()]]),
          where: strangerBeside.name,
        },
    },
  ];
}

/** The bit that is turned over lies in the signature itself, as far as that can be told. */
function flippedSignature(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const at = /"(?:signature|sig)"\s*:\s*"/.exec(text);
  const place = at === null ? Math.floor(bytes.length / 2) : at.index + at[0].length + 20;
  const character = text[place] === 'A' ? 'B' : 'A';
  return Buffer.from(`${text.slice(0, place)}${character}${text.slice(place + 1)}`, 'latin1');
}

function swapped([first, second]: readonly MappedEntry[]):
  | Omit<Tampering, 'id' | 'what'>
  | undefined {
  if (
    first === undefined ||
    second === undefined ||
    first.name.length > 100 ||
    second.name.length > 100
  )
    return undefined;
  const rename = (entry: MappedEntry, name: string): Splice => ({
    at: entry.content - tarBlock,
    remove: tarBlock,
    put: (header) => renamedHeader(header, name),
  });
  return {
    tar: [rename(first, second.name), rename(second, first.name)],
    where: `${first.name} and ${second.name}`,
  };
}

function cut({ start, end }: MappedEntry): Splice {
  return { at: start, remove: end - start, put: Buffer.alloc(0) };
}

function appended(
  { entriesEnd }: ArchiveMap,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  where: string,
): Omit<Tampering, 'id' | 'what'> {
  const put = Buffer.concat(files.map(({ name, bytes }) => entryBytes(name, bytes)));
  return { tar: [{ at: entriesEnd, remove: 0, put }], where };
}

function entryBytes(name: string, bytes: Uint8Array): Uint8Array {
  // The writer refuses names no careful reader takes; here such a one is wanted.
  const header = tarHeader({ type: 'file', name: 'x', mode: 0o644, size: bytes.length });
  return Buffer.concat([
    renamedHeader(header, name),
    bytes,
    Buffer.alloc(tarPaddingBytes(bytes.length)),
  ]);
}

const titleKey = 'org.opencontainers.image.title';

/** What blobs of a bundle are called in the manifests that list them, by hex digest. */
function titlesOf(entries: readonly MappedEntry[]): ReadonlyMap<string, string> {
  const titles = new Map<string, string>();
  for (const { bytes } of entries) {
    if (bytes?.[0] !== 0x7b) continue;
    const { value } = parseJsonStrict(bytes, { maxBytes: 2 ** 20, maxDepth: 32 });
    for (const layer of listAt(value, 'layers')) {
      const title = textAt(memberOf(layer, 'annotations'), titleKey);
      const digest = textAt(layer, 'digest')?.replace(/^sha256:/, '');
      if (title !== undefined && digest !== undefined) titles.set(digest, title);
    }
  }
  return titles;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function listAt(value: unknown, name: string): readonly unknown[] {
  const list = memberOf(value, name);
  return Array.isArray(list) ? list : [];
}

function textAt(value: unknown, name: string): string | undefined {
  const text = memberOf(value, name);
  return typeof text === 'string' ? text : undefined;
}
