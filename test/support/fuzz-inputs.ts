import type { Seeded } from './seeded.ts';

/** Words that mean something to one of the readers. */
const words = [
  '\0',
  '\u2028',
  '\ufeff',
  'é',
  '&a ',
  '*a',
  '<<: ',
  '!!binary ',
  '? ',
  '- ',
  '---\n',
  '...\n',
  '|+\n',
  '>9\n',
  '{',
  '[',
  '}',
  ']',
  '"',
  "'",
  '\\u0000',
  '\\ud800',
  '${',
  '}}',
  '<<EOT\n',
  'null',
  'true',
  '1e999',
  '-0',
  '0x7f',
  '99999999999999999999',
  '__proto__',
  'constructor',
  'toString',
  '../',
  'sha256:',
  '\n',
  '\r\n',
  '\t',
  '=',
];

/** Bytes made from an example by one to eight changes. */
export function fuzzed(seeds: readonly Buffer[], numbers: Seeded): Buffer {
  let bytes = numbers.oneOf(seeds);
  for (let count = 1 + numbers.below(8); count > 0; count--) bytes = changed(bytes, seeds, numbers);
  return bytes.length > 2 ** 17 ? bytes.subarray(0, 2 ** 17) : bytes;
}

function changed(bytes: Buffer, seeds: readonly Buffer[], numbers: Seeded): Buffer {
  const at = numbers.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + numbers.below(numbers.oneOf([2, 16, 256])));
  const between = (middle: Buffer, from = at): Buffer =>
    Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(from)]);
  switch (numbers.below(9)) {
    case 0: {
      const copy = Buffer.from(bytes);
      if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << numbers.below(8));
      return copy;
    }
    case 1: {
      const copy = Buffer.from(bytes);
      if (at < copy.length) copy[at] = numbers.oneOf([0, 1, 0x7f, 0x80, 0xff, numbers.below(256)]);
      return copy;
    }
    case 2:
      return between(Buffer.alloc(0), end);
    case 3:
      return between(Buffer.from(numbers.oneOf(words)));
    case 4:
      return between(Buffer.from(numbers.oneOf(words)), end);
    case 5:
      return between(bytes.subarray(at, end));
    case 6: {
      const other = numbers.oneOf(seeds);
      const from = numbers.below(other.length + 1);
      return between(other.subarray(from, from + numbers.below(512)), end);
    }
    case 7:
      return bytes.subarray(0, at);
    default: {
      const piece = bytes.subarray(at, end);
      return between(Buffer.concat(Array.from({ length: 1 + numbers.below(200) }, () => piece)));
    }
  }
}

/** Pieces that, repeated, make slow readers slow. */
export const repeatable: readonly (readonly [start: string, piece: string, end: string])[] = [
  ['', '[', ''],
  ['', '{"a":', ''],
  ['[', '[],', '1]'],
  ['{', '"a":1,', '"b":1}'],
  ['', '- ', 'x'],
  ['', 'a: ', 'x'],
  ['', '? ', 'x'],
  ['', '&a ', 'x'],
  ['a: &a [x]\nb: [', '*a,', '*a]'],
  ['', '"', ''],
  ['"', '\\', '"'],
  ['"', '\\u0041', '"'],
  ['', "'", ''],
  ['', '#', '\n'],
  ['', '\n', 'x'],
  ['', ' ', 'x'],
  ['', '\t', 'x'],
  ['', '---\n', ''],
  ['', '%TAG ! x\n', '--- x'],
  ['', '!', 'x'],
  ['a: |\n', '  x\n', ''],
  ['a: >\n', '  x\n\n', ''],
  ['', 'a{', ''],
  ['a = "', '${', '"'],
  ['a = ', '(', ''],
  ['a = ', '!', 'x'],
  ['a = ', '-', '1'],
  ['', '/*', ''],
  ['', 'a b c d\n', ''],
  ['', `${'ab'.repeat(32)} x\n`, ''],
  ['-----BEGIN PUBLIC KEY-----\n', 'AAAA', '\n-----END PUBLIC KEY-----\n'],
  ['-----BEGIN PUBLIC KEY-----\n', '\n', ''],
  ['', '0\x80', ''],
  ['', '0', ''],
  ['', '\0', ''],
];
