/** What is needed of an ELF file's head. */
export interface ElfHead {
  /** Ranges of the file that are loaded writable, in order: data, the Go build information among it. */
  readonly writable: readonly (readonly [number, number])[];
  /** Where the dynamic section lies, in the file. */
  readonly dynamic: readonly [number, number] | undefined;
  /** Loaded ranges: address, file offset, bytes. */
  readonly loads: readonly (readonly [number, number, number])[];
  readonly wide: boolean;
  readonly bigEndian: boolean;
}

/** Bytes from the front of a file in which its program headers are looked for. */
export const elfHeadBytes = 8192;

/** Undefined for what is no ELF program or library. @see System V ABI, ELF header and program header */
export function readElfHead(head: Buffer): ElfHead | undefined {
  if (head.length < 64 || head.readUInt32BE(0) !== 0x7f454c46) return undefined;
  const wide = head[4] === 2;
  const bigEndian = head[5] === 2;
  const u16 = (at: number): number => (bigEndian ? head.readUInt16BE(at) : head.readUInt16LE(at));
  const u32 = (at: number): number => (bigEndian ? head.readUInt32BE(at) : head.readUInt32LE(at));
  const word = (at: number): number => {
    if (!wide) return u32(at);
    return Number(bigEndian ? head.readBigUInt64BE(at) : head.readBigUInt64LE(at));
  };
  const type = u16(16);
  // Programs and shared libraries; object files are neither.
  if (type !== 2 && type !== 3) return undefined;
  const tableAt = word(wide ? 32 : 28);
  const entryBytes = u16(wide ? 54 : 42);
  const entries = u16(wide ? 56 : 44);
  const writable: [number, number][] = [];
  const loads: [number, number, number][] = [];
  let dynamic: [number, number] | undefined;
  for (let index = 0; index < entries; index++) {
    const at = tableAt + index * entryBytes;
    if (entryBytes < (wide ? 56 : 32) || at + entryBytes > head.length) break;
    const kind = u32(at);
    const flags = u32(at + (wide ? 4 : 24));
    const offset = word(at + (wide ? 8 : 4));
    const address = word(at + (wide ? 16 : 8));
    const size = word(at + (wide ? 32 : 16));
    if (kind === 1) loads.push([address, offset, size]);
    if (kind === 1 && (flags & 2) !== 0 && size > 0) writable.push([offset, offset + size]);
    if (kind === 2) dynamic = [offset, offset + size];
  }
  return { writable, dynamic, loads, wide, bigEndian };
}
