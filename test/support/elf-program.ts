/** A program of the given kind with one writable segment that holds these bytes. */
export function elfProgram(data: Uint8Array, before = 300): Buffer {
  const head = Buffer.alloc(64 + 56);
  head.write('\x7fELF', 'latin1');
  head[4] = 2;
  head[5] = 1;
  head.writeUInt16LE(2, 16);
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(1, 56);
  const offset = head.length + before;
  head.writeUInt32LE(1, 64);
  head.writeUInt32LE(6, 68);
  head.writeBigUInt64LE(BigInt(offset), 72);
  head.writeBigUInt64LE(0x400000n, 80);
  head.writeBigUInt64LE(BigInt(data.length), 96);
  return Buffer.concat([head, Buffer.alloc(before), data, Buffer.alloc(600)]);
}

/** What the Go linker leaves: version and module list, after so many other bytes. */
export function goBuildInfo(version: string, modinfo: string, before = 100): Buffer {
  const text = (value: Buffer): Buffer => {
    const length: number[] = [];
    for (let left = value.length; ; left = Math.floor(left / 128)) {
      if (left < 128) {
        length.push(left);
        break;
      }
      length.push((left % 128) | 0x80);
    }
    return Buffer.concat([Buffer.from(length), value]);
  };
  const mark = Buffer.alloc(16, 0x30);
  const header = Buffer.alloc(32);
  header.write('\xff Go buildinf:', 'latin1');
  header[14] = 8;
  header[15] = 2;
  return Buffer.concat([
    Buffer.alloc(before, 1),
    header,
    text(Buffer.from(version)),
    text(Buffer.concat([mark, Buffer.from(modinfo), mark])),
    Buffer.alloc(64),
  ]);
}
