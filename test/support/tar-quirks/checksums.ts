import { type ChecksumForm, usualChecksum } from '../tar-parts.ts';
import { base256, type Quirk } from './quirk.ts';

function checksum(name: string, form: ChecksumForm): Quirk {
  return {
    name: `checksum ${name}`,
    apply: (draft) => ({ ...draft, entry: { ...draft.entry, checksum: form } }),
  };
}

/** Checksums in every spelling, right and wrong. */
export const checksums: readonly Quirk[] = [
  checksum('of seven digits', (sum) => `${sum.toString(8).padStart(7, '0')}\0`),
  checksum('of eight digits', (sum) => sum.toString(8).padStart(8, '0')),
  checksum('after spaces', (sum) => `${sum.toString(8).padStart(6, ' ')}\0 `),
  checksum('with NUL only', (sum) => `${sum.toString(8)}\0\0\0`),
  checksum('with space first', (sum) => `${sum.toString(8).padStart(6, '0')} \0`),
  checksum('then digits', (sum) => `${sum.toString(8).padStart(6, '0')}\x007`),
  checksum('in base 256', (sum) => base256(sum, 8)),
  checksum('one too high', (sum) => usualChecksum(sum + 1, 0)),
  checksum('empty', () => '\0'.repeat(8)),
  checksum('all spaces', () => ' '.repeat(8)),
  checksum('after NULs', (sum) => sum.toString(8).padStart(8, '\0')),
  {
    name: 'checksum of signed bytes',
    apply: (draft) => ({
      ...draft,
      entry: {
        ...draft.entry,
        fields: { ...draft.entry.fields, uname: Buffer.from('gr\u00f6\u00dfe', 'utf8') },
        checksum: (_sum, signed) => usualChecksum(signed, 0),
      },
    }),
  },
];
