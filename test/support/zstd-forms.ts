const blockTypes = ['raw', 'rle', 'compressed', 'reserved'] as const;
const literalTypes = ['raw', 'rle', 'compressed', 'treeless'] as const;
const tableModes = ['predefined', 'rle', 'fse', 'repeat'] as const;

/**
 * The forms that one sound frame is made of, in words: how its header is laid out, what kinds of
 * blocks, literals and tables it has. Shows that a corpus leaves none out.
 * @see RFC 8878, 3.1.1
 */
export function formsOf(frame: Uint8Array): readonly string[] {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.length);
  const descriptor = bytes.readUInt8(4);
  const single = (descriptor & 0x20) !== 0;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
  const idBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const forms = [
    single ? 'single segment' : 'window',
    `size in ${sizeBytes} bytes`,
    (descriptor & 4) === 0 ? 'no checksum' : 'checksum',
  ];
  let at = 5 + (single ? 0 : 1) + idBytes + sizeBytes;
  for (let last = false; !last; ) {
    const field = bytes.readUIntLE(at, 3);
    const type = (field >> 1) & 3;
    const size = field >> 3;
    last = (field & 1) === 1;
    forms.push(`block ${blockTypes[type]}`);
    if (type === 2) forms.push(...compressedForms(bytes.subarray(at + 3, at + 3 + size)));
    at += 3 + (type === 1 ? 1 : size);
  }
  return forms;
}

function compressedForms(block: Buffer): readonly string[] {
  const forms: string[] = [];
  const head = block.readUInt8(0);
  const type = head & 3;
  const format = (head >> 2) & 3;
  forms.push(`literals ${literalTypes[type]}`);
  let at = 0;
  if (type < 2) {
    const headBytes = format === 1 ? 2 : format === 3 ? 3 : 1;
    const size = block.readUIntLE(0, headBytes) >> (headBytes === 1 ? 3 : 4);
    forms.push(`literals ${literalTypes[type]}, header of ${headBytes}`);
    at = headBytes + (type === 1 ? 1 : size);
  } else {
    const headBytes = [3, 3, 4, 5][format] ?? 3;
    const sizeBits = [10, 10, 14, 18][format] ?? 10;
    const packed = Math.floor(block.readUIntLE(0, headBytes) / 2 ** (4 + sizeBits));
    forms.push(
      `literals in ${format === 0 ? 'one stream' : 'four streams'}, header of ${headBytes}`,
    );
    if (type === 2) forms.push(block.readUInt8(headBytes) < 128 ? 'weights fse' : 'weights plain');
    at = headBytes + packed;
  }
  const count = block.readUInt8(at);
  forms.push(
    count === 0 ? 'no sequences' : `sequences in ${count < 128 ? 1 : count < 255 ? 2 : 3} bytes`,
  );
  if (count === 0) return forms;
  const modes = block.readUInt8(at + (count < 128 ? 1 : count < 255 ? 2 : 3));
  for (const [name, shift] of [
    ['literal lengths', 6],
    ['offsets', 4],
    ['match lengths', 2],
  ] as const)
    forms.push(`${name} ${tableModes[(modes >> shift) & 3]}`);
  return forms;
}
