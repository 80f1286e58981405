import {
  type ChecksumForm,
  extension,
  type Field,
  filePart,
  octal,
  pax,
  rendered,
  type TarPart,
  usualChecksum,
} from './tar-parts.ts';

/** An entry under construction: extended headers before it, itself, and anything behind it. */
export interface EntryDraft {
  readonly before: readonly TarPart[];
  readonly entry: TarPart;
  readonly after: readonly Buffer[];
}

/** One way in which an entry can be out of the ordinary. */
export interface Quirk {
  readonly name: string;
  apply(draft: EntryDraft): EntryDraft;
}

const hidden = rendered(filePart('hidden', 'seen by some'));
const other = 'other/name';

function fields(name: string, changes: TarPart['fields']): Quirk {
  return {
    name,
    apply: (draft) => ({
      ...draft,
      entry: { ...draft.entry, fields: { ...draft.entry.fields, ...changes } },
    }),
  };
}

function before(name: string, ...parts: readonly TarPart[]): Quirk {
  return { name, apply: (draft) => ({ ...draft, before: [...draft.before, ...parts] }) };
}

function checksum(name: string, form: ChecksumForm): Quirk {
  return {
    name: `checksum ${name}`,
    apply: (draft) => ({ ...draft, entry: { ...draft.entry, checksum: form } }),
  };
}

function base256(value: number, width: number, marker = 0x80): Buffer {
  const field = Buffer.alloc(width);
  field.writeUInt32BE(value, width - 4);
  field[0] = marker;
  return field;
}

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

const numbers: readonly (readonly [Field, number])[] = [
  ['mode', 8],
  ['uid', 8],
  ['gid', 8],
  ['size', 12],
  ['mtime', 12],
  ['devmajor', 8],
  ['devminor', 8],
];

function numberQuirks(): readonly Quirk[] {
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

const checksums: readonly Quirk[] = [
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

const printable = Array.from({ length: 256 }, (_, code) => code);

function flagQuirks(): readonly Quirk[] {
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

const magics: readonly Quirk[] = [
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

const names: readonly Quirk[] = [
  ...[
    './two',
    '././two',
    'a//two',
    'a/./two',
    '/two',
    '//two',
    'two/',
    'two//',
    'two/.',
    '.',
    './',
    '/',
    '..',
    'a/../two',
    '../two',
    'a\\two',
    'C:two',
    'two ',
    ' two',
    'two.',
    '~/two',
    'two\nthree',
    'two\rthree',
    'two\ttab',
    'a\x01b',
    'a\x7fb',
    '-two',
    'aux',
    'one.txt',
    'ONE.TXT',
    'one.txt/two',
    'a"b',
    'a*b',
    'a<b>|?',
    'a'.repeat(99),
    'a'.repeat(100),
    `${'d/'.repeat(49)}ab`,
    '',
  ].map((name) => fields(`name ${JSON.stringify(name)}`, { name })),
  fields('name with bytes behind a NUL', { name: 'two\0behind' }),
  fields('name in UTF-8', { name: Buffer.from('größe/名', 'utf8') }),
  fields('name in Latin-1', { name: Buffer.from('gr\u00f6\u00dfe', 'latin1') }),
  fields('name of broken UTF-8', { name: Buffer.from([0x61, 0xc3, 0x28]) }),
  fields('name of overlong UTF-8', { name: Buffer.from([0x61, 0xc0, 0xaf, 0x62]) }),
  fields('name with a surrogate', { name: Buffer.from([0x61, 0xed, 0xa0, 0x80]) }),
  fields('name in two compositions', { name: Buffer.from('e\u0301', 'utf8') }),
  fields('prefix', { prefix: 'pre/fix' }),
  fields('prefix with a slash at its end', { prefix: 'pre/' }),
  fields('prefix of a slash', { prefix: '/' }),
  fields('prefix ..', { prefix: '..' }),
  fields('prefix of 155 bytes', { prefix: 'p'.repeat(155) }),
  fields('prefix and an empty name', { prefix: 'pre', name: '' }),
  fields('prefix behind a NUL', { prefix: '\0pre' }),
  fields('prefix in UTF-8', { prefix: Buffer.from('präfix', 'utf8') }),
  fields('prefix in Latin-1', { prefix: Buffer.from('pr\u00e4fix', 'latin1') }),
  fields('a link name on a file', { link: 'one.txt' }),
  fields('a hard link', { flag: '1', link: 'one.txt', size: octal(0) }),
  fields('owner names of any bytes', { uname: Buffer.from([0xff, 0xfe]), gname: 'x\0y' }),
];

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

function paxQuirks(flag: string): readonly Quirk[] {
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

const malformedPax: readonly Quirk[] = [
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

const longNames: readonly Quirk[] = [
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

function sized(name: string, delta: number, padding: TarPart['padding'] = 0): Quirk {
  return {
    name,
    apply: (draft) => {
      const length = Buffer.from(draft.entry.content as string).length;
      return {
        ...draft,
        entry: {
          ...draft.entry,
          fields: { ...draft.entry.fields, size: octal(Math.max(0, length + delta)) },
          padding,
        },
      };
    },
  };
}

const contents: readonly Quirk[] = [
  sized('size one too small', -1),
  sized('size one too large', 1),
  sized('size a block too large', 512),
  sized('padding of letters', 0, 0x78),
  sized('no padding', 0, 'none'),
  {
    name: 'content that is a header',
    apply: (draft) => ({
      ...draft,
      entry: {
        ...draft.entry,
        fields: { ...draft.entry.fields, size: octal(hidden.length) },
        content: hidden,
      },
    }),
  },
  {
    name: 'content that is a header, of size zero',
    apply: (draft) => ({
      ...draft,
      entry: {
        ...draft.entry,
        fields: { ...draft.entry.fields, size: octal(0) },
        content: hidden,
      },
    }),
  },
  {
    name: 'content that is a header, PAX says less',
    apply: (draft) => ({
      ...draft,
      before: [...draft.before, pax([['size', '0']])],
      entry: {
        ...draft.entry,
        fields: { ...draft.entry.fields, size: octal(hidden.length) },
        content: hidden,
      },
    }),
  },
  {
    name: 'content that is a header, PAX says more',
    apply: (draft) => ({
      ...draft,
      before: [...draft.before, pax([['size', String(hidden.length)]])],
      entry: {
        ...draft.entry,
        fields: { ...draft.entry.fields, size: octal(0) },
        content: hidden,
      },
    }),
  },
  behind('a zero block behind', Buffer.alloc(512)),
  behind('two zero blocks behind', Buffer.alloc(1024)),
  behind('half a zero block behind', Buffer.alloc(256)),
  behind('a block of letters behind', Buffer.alloc(512, 'x')),
  behind('a file behind', hidden),
  behind('a file behind two zero blocks', Buffer.concat([Buffer.alloc(1024), hidden])),
];

function behind(name: string, bytes: Buffer): Quirk {
  return { name, apply: (draft) => ({ ...draft, after: [...draft.after, bytes] }) };
}

/** Every way there is, in a fixed order. */
export function allQuirks(): readonly Quirk[] {
  return [
    ...numberQuirks(),
    ...checksums,
    ...flagQuirks(),
    ...magics,
    ...names,
    ...paxQuirks('x'),
    ...paxQuirks('g'),
    ...malformedPax,
    ...longNames,
    ...contents,
  ];
}
