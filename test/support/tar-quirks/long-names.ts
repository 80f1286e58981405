import { extension, filePart, pax } from '../tar-parts.ts';
import { base256, before, other, type Quirk } from './quirk.ts';

/** Headers that change what the next one says. */
export const longNames: readonly Quirk[] = [
  before('long name', extension('L', `${other}\0`)),
  before('long name without NUL', extension('L', other)),
  before('long name with bytes behind the NUL', extension('L', `${other}\0behind`)),
  before('long name of nothing', extension('L', '')),
  before('long name of one NUL', extension('L', '\0')),
  before('long name with a slash at its end', extension('L', `${other}/\0`)),
  before('long name of 512 bytes', extension('L', `${'n'.repeat(511)}\0`)),
  before('long name of 512 bytes without NUL', extension('L', 'n'.repeat(512))),
  before('long name of 1025 bytes', extension('L', `${'n/'.repeat(512)}m`)),
  before('long name, not UTF-8', extension('L', Buffer.from([0x61, 0xff, 0]))),
  before('long names', extension('L', 'first\0'), extension('L', 'second\0')),
  before('long link on a file', extension('K', 'one.txt\0')),
  before('long name and PAX path', extension('L', 'by-gnu\0'), pax([['path', 'by-pax']])),
  before('PAX path and long name', pax([['path', 'by-pax']]), extension('L', 'by-gnu\0')),
  before('long name and PAX of the same', extension('L', 'same\0'), pax([['path', 'same']])),
  before('PAX and long name of the same', pax([['path', 'same']]), extension('L', 'same\0')),
  before('PAX twice', pax([['path', 'a']]), pax([['mtime', '5']])),
  before('PAX twice, the same record', pax([['path', 'a']]), pax([['path', 'b']])),
  before('PAX of Solaris', pax([['path', other]], 'X')),
  before('long name of another kind', extension('N', `Rename x to ${other}\n`)),
  before('volume label', extension('V', '', 'label')),
  before('second volume', extension('M', '', 'volume')),
  before('dump directory', extension('D', 'Ya\0\0')),
  before('Solaris access list', extension('A', '1\0user::rwx\0')),
  before('PAX with a size in base 256', {
    ...pax([['path', other]]),
    fields: { flag: 'x', name: 'x', size: base256(19, 12) },
  }),
  before('PAX in a v7 header', {
    ...pax([['path', other]]),
    fields: { ...pax([['path', other]]).fields, magic: '\0'.repeat(8) },
  }),
  before('PAX in a GNU header', {
    ...pax([['path', other]]),
    fields: { ...pax([['path', other]]).fields, magic: 'ustar  \0' },
  }),
  before('PAX with padding of letters', { ...pax([['path', other]]), padding: 0x78 }),
  before('long name in a GNU header', {
    ...extension('L', `${other}\0`),
    fields: { ...extension('L', `${other}\0`).fields, magic: 'ustar  \0' },
  }),
  before('a link with long name and target', {
    ...filePart('l', ''),
    fields: { name: 'l', flag: '2', link: 'x' },
  }),
];
