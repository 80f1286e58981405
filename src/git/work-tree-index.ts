import { createHash } from 'node:crypto';

/** A file that is checked out, or a submodule that would be. */
export interface IndexedFile {
  /** From the top of the work tree. */
  readonly path: string;
  readonly kind: 'file' | 'program' | 'link' | 'submodule';
  /** Lower-case hex. */
  readonly oid: string;
}

const modes = { file: 0o100644, program: 0o100755, link: 0o120000, submodule: 0o160000 } as const;

/**
 * What git keeps of a work tree, version 2, without what a file system says of its files: git looks again where it
 * matters, and the bytes are the same everywhere.
 * @see gitformat-index(5)
 */
export function workTreeIndex(files: readonly IndexedFile[]): Uint8Array {
  const named = files
    .map((file) => ({ ...file, name: Buffer.from(file.path) }))
    .sort((a, b) => Buffer.compare(a.name, b.name));
  const head = Buffer.from('DIRC\0\0\0\x02\0\0\0\0', 'latin1');
  head.writeUInt32BE(named.length, 8);
  const parts: Buffer[] = [head];
  for (const { name, kind, oid } of named) {
    // At least one NUL, up to a multiple of eight.
    const entry = Buffer.alloc(Math.ceil((62 + name.length + 1) / 8) * 8);
    entry.writeUInt32BE(modes[kind], 24);
    entry.write(oid, 40, 'hex');
    entry.writeUInt16BE(Math.min(name.length, 0xfff), 60);
    name.copy(entry, 62);
    parts.push(entry);
  }
  const bytes = Buffer.concat(parts);
  return Buffer.concat([bytes, createHash('sha1').update(bytes).digest()]);
}
