/** Identifier octets of what we write. */
export const derTags = {
  boolean: 0x01,
  integer: 0x02,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
} as const;

/** One DER value from its parts. @see ITU-T X.690 §8, §10 */
export function renderDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const size = content.byteLength;
  if (size < 0x80) return Buffer.concat([Buffer.of(tag, size), content]);
  const hex = size.toString(16);
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 | length.byteLength), length, content]);
}

export function renderDerSequence(...parts: readonly Uint8Array[]): Uint8Array {
  return renderDer(derTags.sequence, ...parts);
}

/** An integer that is not negative, from its big-endian bytes. */
export function renderDerInteger(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.byteLength - 1 && bytes[start] === 0) start += 1;
  const shortest = bytes.subarray(start);
  const negative = ((shortest[0] ?? 0) & 0x80) !== 0;
  return renderDer(derTags.integer, ...(negative ? [Buffer.of(0)] : []), shortest);
}

/** An object identifier such as `2.5.4.3`. */
export function renderDerOid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left % 128) | 0x80);
    return groups;
  });
  return renderDer(derTags.oid, Buffer.from(bytes));
}
