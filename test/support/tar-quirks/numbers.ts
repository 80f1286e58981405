import type { Field } from '../tar-parts.ts';
import { base256, type Quirk } from './quirk.ts';

/** Numbers in every spelling, in every field. */
export function numberQuirks(): readonly Quirk[] {
  return numbers.flatMap(([field, width]) =>
    spellings(0, width).map(([how]): Quirk => {
      return {
        name: `${field} ${how}`,
        apply: (draft) => {
          const length = Buffer.from(draft.entry.content as string).length;
          const value = field === 'size' ? length : field === 'mode' ? 0o644 : 5;
          const text = spellings(value, width).find(([other]) => other === how)?.[1] ?? '';
          return {
            ...draft,
            entry: { ...draft.entry, fields: { ...draft.entry.fields, [field]: text } },
          };
        },
      };
    }),
  );
}

const numbers: readonly (readonly [Field, number])[] = [
  ['mode', 8],
  ['uid', 8],
  ['gid', 8],
  ['size', 12],
  ['mtime', 12],
  ['devmajor', 8],
  ['devminor', 8],
];

/** Spellings of a number in a field of this width. */
function spellings(value: number, width: number): readonly (readonly [string, string | Buffer])[] {
  const digits = value.toString(8);
  const full = digits.padStart(width, '0');
  return [
    ['with a space behind', `${full.slice(1)} `],
    ['without terminator', full],
    ['after spaces', `${digits.padStart(width - 1, ' ')}\0`],
    ['after spaces, without terminator', digits.padStart(width, ' ')],
    ['after NULs', digits.padStart(width, '\0')],
    ['after a tab', `\t${full.slice(2)}\0`],
    ['short, then NULs', digits.padEnd(width, '\0')],
    ['short, then spaces', digits.padEnd(width, ' ')],
    ['short, then space and NUL', `${digits} \0`.padEnd(width, '\0')],
    ['short, then NUL and spaces', `${digits}\0`.padEnd(width, ' ')],
    ['short, then NUL and letters', `${digits}\0`.padEnd(width, 'x')],
    ['short, then NUL and digits', `${digits}\0`.padEnd(width, '7')],
    ['short, then space and digits', `${digits} `.padEnd(width, '7')],
    ['short, then a letter', `${digits}x`.padEnd(width, '\0')],
    ['with a digit that is not octal', `${full.slice(2)}9\0`],
    ['in hexadecimal', `0x${digits}`.padEnd(width, '\0')],
    ['with a plus', `+${full.slice(2)}\0`],
    ['with a minus', `-${full.slice(2)}\0`],
    ['in base 64', `+${'A'.repeat(width - 2)}B`],
    ['empty', '\0'.repeat(width)],
    ['all spaces', ' '.repeat(width)],
    ['all ones', Buffer.alloc(width, 0xff)],
    ['all sevens', '7'.repeat(width)],
    ['in base 256', base256(value, width)],
    ['in base 256 with another marker', base256(value, width, 0x81)],
    ['in base 256 with bit 6', base256(value, width, 0xc0)],
    ['in negative base 256', base256(value, width, 0xff)],
    ['in base 256, too large', Buffer.concat([Buffer.from([0x80]), Buffer.alloc(width - 1, 0x7f)])],
    [
      'in base 256, 2^63',
      Buffer.from([0x80, ...Array(Math.max(0, width - 9)).fill(0), 0x80, ...Array(7).fill(0)]),
    ],
    ['with the high bit in its text', Buffer.from(`${full.slice(1)}\u00b0`, 'latin1')],
  ];
}
