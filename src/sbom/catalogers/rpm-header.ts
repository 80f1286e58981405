/** One installed package of an rpm database. */
export interface RpmPackage {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly epoch: number | undefined;
  readonly architecture: string;
  readonly sourceRpm: string;
  readonly vendor: string;
  readonly licence: string;
  readonly summary: string;
  readonly url: string;
  readonly size: number;
  readonly modularityLabel: string;
  readonly files: readonly string[];
  readonly requires: readonly string[];
  readonly provides: readonly string[];
}

const tags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  summary: 1004,
  size: 1009,
  vendor: 1011,
  license: 1014,
  url: 1020,
  arch: 1022,
  sourceRpm: 1044,
  provides: 1047,
  requires: 1049,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  modularityLabel: 5096,
} as const;

const maxIndex = 65_536;
const entryBytes = 16;

/**
 * Reads the header of an installed package as the database holds it: without the lead.
 * @returns undefined for keys that are no packages
 * @throws RangeError where the numbers lead out of the bytes
 * @see RPM file format, header structure
 */
export function readRpmHeader(bytes: Buffer): RpmPackage | undefined {
  const count = bytes.readUInt32BE(0);
  const storeBytes = bytes.readUInt32BE(4);
  const storeAt = 8 + count * entryBytes;
  if (count > maxIndex || storeAt + storeBytes > bytes.length)
    throw new RangeError('an rpm header is longer than its row');
  const store = bytes.subarray(storeAt, storeAt + storeBytes);
  const index = new Map<number, { type: number; offset: number; count: number }>();
  for (let entry = 0; entry < count; entry++) {
    const at = 8 + entry * entryBytes;
    const tag = bytes.readUInt32BE(at);
    if (!index.has(tag))
      index.set(tag, {
        type: bytes.readUInt32BE(at + 4),
        offset: bytes.readUInt32BE(at + 8),
        count: bytes.readUInt32BE(at + 12),
      });
  }
  const texts = (tag: number): readonly string[] => {
    const entry = index.get(tag);
    // 6 text, 8 list of text, 9 text in several languages: all end in NUL.
    if (entry === undefined || ![6, 8, 9].includes(entry.type)) return [];
    const list: string[] = [];
    let at = entry.offset;
    for (let item = 0; item < entry.count; item++) {
      const end = store.indexOf(0, at);
      if (end < 0) break;
      list.push(store.toString('utf8', at, end));
      at = end + 1;
    }
    return list;
  };
  const numbers = (tag: number): readonly number[] => {
    const entry = index.get(tag);
    if (entry === undefined || entry.type !== 4) return [];
    if (entry.offset + entry.count * 4 > store.length) return [];
    return Array.from({ length: entry.count }, (_, item) =>
      store.readUInt32BE(entry.offset + item * 4),
    );
  };
  const text = (tag: number): string => texts(tag)[0] ?? '';
  const name = text(tags.name);
  if (name === '' || text(tags.version) === '') return undefined;
  const folders = texts(tags.dirNames);
  const folderOf = numbers(tags.dirIndexes);
  return {
    name,
    version: text(tags.version),
    release: text(tags.release),
    epoch: numbers(tags.epoch)[0],
    architecture: text(tags.arch),
    sourceRpm: text(tags.sourceRpm),
    vendor: text(tags.vendor),
    licence: text(tags.license),
    summary: text(tags.summary),
    url: text(tags.url),
    size: numbers(tags.size)[0] ?? 0,
    modularityLabel: text(tags.modularityLabel),
    files: texts(tags.baseNames).map(
      (base, at) => `${(folders[folderOf[at] ?? 0] ?? '').replace(/^\/+/, '')}${base}`,
    ),
    requires: [...new Set(texts(tags.requires))],
    provides: [...new Set(texts(tags.provides))],
  };
}
