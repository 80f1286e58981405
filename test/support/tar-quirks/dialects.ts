import { octal } from '../tar-parts.ts';
import { type EntryDraft, fields, type Quirk } from './quirk.ts';

const printable = Array.from({ length: 256 }, (_, code) => code);

/** Every type there can be. */
export function flagQuirks(): readonly Quirk[] {
  return printable.flatMap((code): Quirk[] => {
    const flag = Buffer.from([code]);
    const shown = code > 32 && code < 127 ? String.fromCharCode(code) : `0x${code.toString(16)}`;
    return [
      fields(`type ${shown}`, { flag }),
      {
        name: `type ${shown} without content`,
        apply: (draft) => ({
          ...draft,
          entry: {
            ...draft.entry,
            fields: { ...draft.entry.fields, flag, size: octal(0) },
            content: '',
          },
        }),
      },
      ...('123456'.includes(shown)
        ? [
            {
              name: `type ${shown} with a size and no content`,
              apply: (draft: EntryDraft): EntryDraft => ({
                ...draft,
                entry: {
                  ...draft.entry,
                  fields: { ...draft.entry.fields, flag, size: octal(512), link: 'one.txt' },
                  content: '',
                },
              }),
            },
          ]
        : []),
    ];
  });
}

/** Dialects, told by magic, version and what lies behind. */
export const magics: readonly Quirk[] = [
  fields('v7', { magic: '\0'.repeat(8) }),
  fields('v7 with a prefix', { magic: '\0'.repeat(8), prefix: 'pre' }),
  fields('v7 with owner names that are none', { magic: '\0'.repeat(8), devmajor: 'nonsense' }),
  fields('v7, type NUL, name with a slash', { magic: '\0'.repeat(8), flag: '\0', name: 'two/' }),
  fields('GNU', { magic: 'ustar  \0' }),
  fields('GNU with a prefix', { magic: 'ustar  \0', prefix: 'pre' }),
  fields('GNU with a prefix of digits', { magic: 'ustar  \0', prefix: '0000000001' }),
  fields('GNU with access times', { magic: 'ustar  \0', atime: octal(5), ctime: octal(6) }),
  fields('GNU with a bad access time', { magic: 'ustar  \0', atime: 'x', ctime: octal(6) }),
  fields('GNU with an offset', { magic: 'ustar  \0', gnuOffset: octal(512) }),
  fields('GNU with a sparse map', { magic: 'ustar  \0', gnuSparse: `${octal(0)}${octal(5)}` }),
  fields('GNU with an extended map', { magic: 'ustar  \0', gnuExtended: '\x01' }),
  fields('GNU with a real size', { magic: 'ustar  \0', gnuRealSize: octal(9) }),
  fields('GNU sparse', {
    magic: 'ustar  \0',
    flag: 'S',
    gnuSparse: `${octal(0)}${octal(5)}`,
    gnuRealSize: octal(5),
  }),
  fields('ustar without version', { magic: 'ustar\0\0\0' }),
  fields('ustar of another version', { magic: 'ustar\x0001' }),
  fields('ustar with blanks for a version', { magic: 'ustar\0  ' }),
  fields('ustar with one blank', { magic: 'ustar \0\0' }),
  fields('ustar with GNU blanks and no NUL', { magic: 'ustar   ' }),
  fields('Ustar', { magic: 'Ustar\x0000' }),
  fields('a magic of letters', { magic: 'abcdefgh' }),
  fields('star', { tail: '\0\0\0\0\0\0\0\0tar\0' }),
  fields('star with a prefix', { prefix: 'pre', tail: '\0\0\0\0\0\0\0\0tar\0' }),
  fields('xustar', { magic: 'ustar\x0000', tail: 'xustar\0\0tar\0' }),
  fields('bytes behind the prefix', { tail: '\0\0\0\0garbage!' }),
  fields('v7 star trailer', { magic: '\0'.repeat(8), tail: '\0\0\0\0\0\0\0\0tar\0' }),
];
