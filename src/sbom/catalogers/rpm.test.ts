import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogued, namesIn } from '../../../test/support/catalogued.ts';
import { rpmDatabase, rpmHeader } from '../../../test/support/rpm-database.ts';
import { sqliteTable } from './sqlite-table.ts';

const fedora = { path: 'etc/os-release', content: 'ID=fedora\nVERSION_ID=40\n' };
const bash = rpmHeader({
  1000: 'bash',
  1001: '5.2.26',
  1002: '3.fc40',
  1004: 'The GNU Bourne Again shell',
  1009: 8000,
  1011: 'Fedora Project',
  1014: 'GPL-3.0-or-later',
  1020: 'https://www.gnu.org/software/bash',
  1022: 'x86_64',
  1044: 'bash-5.2.26-3.fc40.src.rpm',
  1047: ['bash', 'config(bash)'],
  1049: ['libc.so.6()(64bit)', 'bash'],
  1116: [0, 0, 1],
  1117: ['bash', 'sh', 'bashrc'],
  1118: ['/usr/bin/', '/etc/'],
});
const glibc = rpmHeader({
  1000: 'glibc',
  1001: '2.39',
  1002: '1.fc40',
  1003: 2,
  1014: 'LGPLv2+ and MIT',
  1022: 'x86_64',
  1044: 'glibc-2.39-1.fc40.src.rpm',
  1047: ['libc.so.6()(64bit)'],
  5096: 'base:1',
});
const key = rpmHeader({ 1000: 'gpg-pubkey', 1001: 'abc', 1002: 'def' });

describe('rpm packages', () => {
  it('come from the database with epoch, source, files and what they need', async () => {
    const inventory = await catalogued([
      fedora,
      { path: 'usr/lib/sysimage/rpm/rpmdb.sqlite', content: rpmDatabase([bash, key, glibc]) },
      { path: 'usr/lib/sysimage/rpm/rpmdb.sqlite-wal' },
    ]);
    expect(
      inventory.packages.map(({ purl, version, dependsOn }) => [purl, version, dependsOn]),
    ).toEqual([
      [
        'pkg:rpm/fedora/bash@5.2.26-3.fc40?arch=x86_64&distro=fedora-40&upstream=bash-5.2.26-3.fc40.src.rpm',
        '5.2.26-3.fc40',
        [
          'pkg:rpm/fedora/glibc@2.39-1.fc40?arch=x86_64&distro=fedora-40&epoch=2&upstream=glibc-2.39-1.fc40.src.rpm',
        ],
      ],
      [
        'pkg:rpm/fedora/glibc@2.39-1.fc40?arch=x86_64&distro=fedora-40&epoch=2&upstream=glibc-2.39-1.fc40.src.rpm',
        '2:2.39-1.fc40',
        [],
      ],
    ]);
    expect(inventory.packages[0]).toMatchObject({
      supplier: 'Fedora Project',
      owns: ['etc/bashrc', 'usr/bin/bash', 'usr/bin/sh'],
    });
    expect(inventory.packages[1]?.licences).toEqual([
      { value: 'LGPLv2+ and MIT', expression: 'LGPL-2.0-or-later AND MIT' },
    ]);
    expect(inventory.coverage.faults).toEqual([]);
  });

  it('of a database with a write-ahead log are told with what is not read', async () => {
    const { coverage } = await catalogued([
      { path: 'var/lib/rpm/rpmdb.sqlite', content: rpmDatabase([bash]) },
      { path: 'var/lib/rpm/rpmdb.sqlite-wal', content: 'x' },
    ]);
    expect(coverage.faults[0]?.message).toContain('write-ahead log');
  });

  it.each([
    { name: 'no database', content: Buffer.from('no') },
    {
      name: 'no table of packages',
      content: damaged((bytes) =>
        bytes.fill(0x78, bytes.indexOf('Packages'), bytes.indexOf('Packages') + 8),
      ),
    },
    {
      name: 'cut short',
      content: rpmDatabase(Array.from({ length: 200 }, () => bash)).subarray(0, 9000),
    },
    { name: 'pages of an odd size', content: damaged((bytes) => bytes.writeUInt16BE(777, 16)) },
    {
      name: 'a header longer than its row',
      content: rpmDatabase([Buffer.from([0, 0, 0xff, 0, 0, 0, 0, 0])]),
    },
  ])('in a file with $name are a fault, not a crash', async ({ content }) => {
    const { coverage, packages } = await catalogued([
      { path: 'var/lib/rpm/rpmdb.sqlite', content },
    ]);
    expect(packages).toEqual([]);
    expect(coverage.faults).toHaveLength(1);
  });

  it('are the same ones SQLite gives, over many pages and of any size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 30_000 }), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(512, 1024, 4096, 65_536),
        (sizes, page) => {
          const blobs = sizes.map((size, at) => Buffer.alloc(size, at + 1));
          const rows = [...sqliteTable(rpmDatabase(blobs, page), 'Packages')];
          expect(rows.map((row) => row[1])).toEqual(blobs);
        },
      ),
      { numRuns: 4 },
    );
  });

  it('in a database with any flipped byte never hang or crash the reader', () => {
    const sound = rpmDatabase([bash, glibc], 512);
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.nat(255), (at, value) => {
        const bytes = Buffer.from(sound);
        bytes[at] = value;
        try {
          expect([...sqliteTable(bytes, 'Packages')].length).toBeLessThan(1000);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('take part in what layers remove', async () => {
    const inventory = await catalogued(
      [{ path: 'var/lib/rpm/rpmdb.sqlite', content: rpmDatabase([bash, glibc]) }],
      [{ path: 'var/lib/rpm/rpmdb.sqlite', content: rpmDatabase([glibc]) }],
    );
    expect(namesIn(inventory)).toEqual(['glibc 2:2.39-1.fc40']);
  });
});

function damaged(change: (bytes: Buffer) => unknown): Buffer {
  const bytes = rpmDatabase([bash]);
  change(bytes);
  return bytes;
}
