import { extension, pax } from '../tar-parts.ts';
import { before, other, type Quirk } from './quirk.ts';

const records: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  ['path', [['path', other]]],
  ['path with a slash at its end', [['path', `${other}/`]]],
  ['empty path', [['path', '']]],
  ['path with a NUL', [['path', 'a\0b']]],
  ['path with a NUL at its end', [['path', 'ab\0']]],
  ['path with a new line', [['path', 'a\nb']]],
  ['path .', [['path', '.']]],
  ['absolute path', [['path', '/abs']]],
  [
    'path twice',
    [
      ['path', 'a'],
      ['path', 'b'],
    ],
  ],
  ['Path', [['Path', 'upper']]],
  ['path with a space', [['path ', 'space']]],
  ['linkpath', [['linkpath', 'one.txt']]],
  ['empty linkpath', [['linkpath', '']]],
  ['size as it is', [['size', '@']]],
  ['size plus one', [['size', '+1']]],
  ['size minus one', [['size', '-1']]],
  ['size zero', [['size', '0']]],
  ['empty size', [['size', '']]],
  ['negative size', [['size', '-5']]],
  ['size with a plus', [['size', '+5']]],
  ['size with a zero before', [['size', '05']]],
  ['size with a space', [['size', ' 5']]],
  ['size in hexadecimal', [['size', '0x5']]],
  ['size with a fraction', [['size', '5.0']]],
  ['size with an exponent', [['size', '5e0']]],
  ['size of 2^63', [['size', '9223372036854775808']]],
  ['size of 2^64 and five', [['size', '18446744073709551621']]],
  [
    'size twice',
    [
      ['size', '5'],
      ['size', '5'],
    ],
  ],
  ['mtime', [['mtime', '1700000000.5']]],
  ['negative mtime', [['mtime', '-1.5']]],
  ['mtime that is none', [['mtime', 'yesterday']]],
  ['empty mtime', [['mtime', '']]],
  [
    'atime and ctime',
    [
      ['atime', '1'],
      ['ctime', '2'],
    ],
  ],
  ['ctime that is none', [['ctime', '1e9']]],
  [
    'uid and gid',
    [
      ['uid', '1'],
      ['gid', '2'],
    ],
  ],
  ['uid that is none', [['uid', 'root']]],
  ['negative gid', [['gid', '-1']]],
  ['huge uid', [['uid', '99999999999999999999']]],
  [
    'owner names',
    [
      ['uname', 'a'],
      ['gname', 'b'],
    ],
  ],
  ['owner name with a NUL', [['uname', 'a\0b']]],
  ['comment', [['comment', 'hello']]],
  ['comment with a NUL', [['comment', 'a\0b']]],
  ['charset UTF-8', [['hdrcharset', 'ISO-IR 10646 2000 UTF-8']]],
  [
    'charset binary',
    [
      ['hdrcharset', 'BINARY'],
      ['path', 'a\u00e4'],
    ],
  ],
  [
    'charset of another kind',
    [
      ['hdrcharset', 'ISO-IR 8859 1 1998'],
      ['path', 'a\u00e4'],
    ],
  ],
  [
    'charset unknown',
    [
      ['charset', 'UTF-16'],
      ['path', 'a\u00e4'],
    ],
  ],
  [
    'sparse 0.0',
    [
      ['GNU.sparse.size', '9'],
      ['GNU.sparse.numblocks', '1'],
      ['GNU.sparse.offset', '0'],
      ['GNU.sparse.numbytes', '5'],
    ],
  ],
  [
    'sparse 0.1',
    [
      ['GNU.sparse.size', '9'],
      ['GNU.sparse.numblocks', '1'],
      ['GNU.sparse.map', '0,5'],
    ],
  ],
  [
    'sparse 0.1 with a name',
    [
      ['GNU.sparse.name', other],
      ['GNU.sparse.size', '9'],
      ['GNU.sparse.numblocks', '1'],
      ['GNU.sparse.map', '0,5'],
    ],
  ],
  [
    'sparse 1.0',
    [
      ['GNU.sparse.major', '1'],
      ['GNU.sparse.minor', '0'],
      ['GNU.sparse.name', other],
      ['GNU.sparse.realsize', '9'],
    ],
  ],
  ['sparse name only', [['GNU.sparse.name', other]]],
  ['sparse real size only', [['GNU.sparse.realsize', '3']]],
  ['dump directory', [['GNU.dumpdir', 'Ya\0']]],
  [
    'volume',
    [
      ['GNU.volume.label', 'x'],
      ['GNU.volume.offset', '512'],
    ],
  ],
  ['star real size', [['SCHILY.realsize', '3']]],
  ['star file type', [['SCHILY.filetype', 'sparse']]],
  ['star directory', [['SCHILY.dir', 'x']]],
  [
    'star devices',
    [
      ['SCHILY.dev', '1'],
      ['SCHILY.ino', '2'],
      ['SCHILY.nlink', '3'],
    ],
  ],
  [
    'star device numbers',
    [
      ['SCHILY.devmajor', '1'],
      ['SCHILY.devminor', '2'],
    ],
  ],
  ['Sun holes', [['SUN.holesdata', ' 0 5 9']]],
  ['extended attribute', [['SCHILY.xattr.user.a', 'b']]],
  ['extended attribute of another kind', [['LIBARCHIVE.xattr.user.a', 'Yg==']]],
  ['creation time', [['LIBARCHIVE.creationtime', '5']]],
  ['symbolic link kind', [['LIBARCHIVE.symlinktype', 'dir']]],
  ['access list', [['SCHILY.acl.access', 'user::rwx,group::r-x,other::r-x']]],
  ['file flags', [['SCHILY.fflags', 'nodump']]],
  ['security label', [['RHT.security.selinux', 'x']]],
  ['another maker', [['ACME.path', 'x']]],
  ['key with a NUL', [['a\0b', 'x']]],
  ['key that is empty', [['', 'x']]],
  ['many records', Array.from({ length: 40 }, (_, at) => [`ACME.${at}`, 'x'] as const)],
];

/** Extended headers with these records, for one file or for all. */
export function paxQuirks(flag: string): readonly Quirk[] {
  const kind = flag === 'x' ? 'PAX' : flag === 'g' ? 'global PAX' : `PAX as ${flag}`;
  return records.map(([name, given]) => ({
    name: `${kind}: ${name}`,
    apply: (draft) => {
      const length = Buffer.from(draft.entry.content as string).length;
      const meant: Record<string, string> = {
        '@': String(length),
        '+1': String(length + 1),
        '-1': String(length - 1),
      };
      const told = given.map(
        ([key, value]) => [key, key === 'size' ? (meant[value] ?? value) : value] as const,
      );
      return { ...draft, before: [...draft.before, pax(told, flag)] };
    },
  }));
}

/** Records that are none. */
export const malformedPax: readonly Quirk[] = [
  ['without a length', 'path=a\n'],
  ['with a length too short', '5 path=other\n'],
  ['with a length too long', '99 path=other\n'],
  ['with a length of zero', '0 path=a\n'],
  ['with a zero before the length', '010 path=a\n'],
  ['with a plus before the length', '+9 path=a\n'],
  ['with a space before the length', ' 10 path=a\n'],
  ['with two spaces', '10  path=a\n'],
  ['with a tab', '9\tpath=a\n'],
  ['without an equals sign', '8 patha\n'],
  ['without a new line', '9 path=ab'],
  ['with a NUL for the new line', '9 path=a\0'],
  ['with NULs behind', '9 path=a\n\0\0\0'],
  ['with a blank line behind', '9 path=a\n\n'],
  ['with bytes behind', '9 path=a\ngarbage'],
  ['with a huge length', '99999999999999999999 path=a\n'],
  ['empty', ''],
  ['with equals signs in the value', '13 path=a=b=c\n'],
].map(([name = '', body = '']) => before(`PAX record ${name}`, extension('x', body)));
