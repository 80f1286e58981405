const nameBytes = 100;
/** The largest number eleven octal digits hold. */
const maxOctalSize = 0o77777777777;

/**
 * A tar header that says another name, with a checksum that fits: what somebody would write who wants it to be read.
 * @throws RangeError for a name of more than 100 bytes, a programming error
 * @see POSIX.1-2017 pax, ustar Interchange Format
 */
export function renamedHeader(header: Uint8Array, name: string): Uint8Array {
  const text = Buffer.from(name);
  if (text.length > nameBytes)
    throw new RangeError(`a name of ${text.length} bytes fits no header`);
  const block = Uint8Array.from(header);
  block.fill(0, 0, nameBytes);
  block.set(text, 0);
  // The prefix of a ustar header would stand in front of the name.
  if (Buffer.from(block.subarray(257, 263)).toString('latin1') === 'ustar\0')
    block.fill(0, 345, 500);
  return summed(block);
}

/**
 * A tar header that says another number of bytes, with a checksum that fits.
 * @throws RangeError for a number that eleven octal digits do not hold, a programming error
 */
export function resizedHeader(header: Uint8Array, size: number): Uint8Array {
  if (size > maxOctalSize) throw new RangeError(`a size of ${size} bytes fits no header`);
  const block = Uint8Array.from(header);
  block.set(Buffer.from(`${size.toString(8).padStart(11, '0')}\0`, 'latin1'), 124);
  return summed(block);
}

function summed(block: Uint8Array): Uint8Array {
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `, 'latin1'), 148);
  return block;
}
