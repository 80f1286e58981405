import { renamedHeader } from '../archive/drill/changed-header.ts';
import type { ArchiveMap, MappedEntry } from '../archive/drill/map-archive.ts';
import type { Splice } from '../archive/drill/spliced-bytes.ts';
import { tarHeader, tarPaddingBytes } from '../archive/tar-writer.ts';
import { parseJsonStrict } from '../support/json-document.ts';
import { member, objects, text } from '../support/lenient-json.ts';
import type { Tampered } from './drill-tampering.ts';

/** Of a blob of a layout, wherever it lies; the group is its hex digest. @see OCI image-layout 1.1, blobs */
export const blobName = /(?:^|\/)blobs\/sha256\/([0-9a-f]{64})$/;

/** Bytes. @see POSIX pax, ustar */
export const tarBlock = 512;

/** The bit that is turned over lies in the signature itself, as far as that can be told. */
export function flippedSignature(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const at = /"(?:signature|sig)"\s*:\s*"/.exec(text);
  const place = at === null ? Math.floor(bytes.length / 2) : at.index + at[0].length + 20;
  const character = text[place] === 'A' ? 'B' : 'A';
  return Buffer.from(`${text.slice(0, place)}${character}${text.slice(place + 1)}`, 'latin1');
}

/** Two entries with each other's names; undefined where there are none that can bear them. */
export function swapped([first, second]: readonly MappedEntry[]): Tampered | undefined {
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

/** An entry taken out, with its header. */
export function cut({ start, end }: MappedEntry): Splice {
  return { at: start, remove: end - start, put: Buffer.alloc(0) };
}

/** Files put behind the last entry. */
export function appended(
  { entriesEnd }: ArchiveMap,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  where: string,
): Tampered {
  const put = Buffer.concat(files.map(({ name, bytes }) => entryBytes(name, bytes)));
  return { tar: [{ at: entriesEnd, remove: 0, put }], where };
}

/** A file as an entry of a tar, with whatever name. */
export function entryBytes(name: string, bytes: Uint8Array): Uint8Array {
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
export function titlesOf(entries: readonly MappedEntry[]): ReadonlyMap<string, string> {
  const titles = new Map<string, string>();
  for (const { bytes } of entries) {
    if (bytes?.[0] !== 0x7b) continue;
    const { value } = parseJsonStrict(bytes, { maxBytes: 2 ** 20, maxDepth: 32 });
    for (const layer of objects(member(value, 'layers'))) {
      const title = text(member(layer['annotations'], titleKey));
      const digest = text(layer['digest']).replace(/^sha256:/, '');
      if (title !== '' && digest !== '') titles.set(digest, title);
    }
  }
  return titles;
}
