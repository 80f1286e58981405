import { describe, expect, it } from 'vitest';
import type { LayerFile } from '../../../test/support/an-image.ts';
import {
  catalogued,
  debian,
  dpkgStatus,
  namesIn,
  nodeModule,
  pythonPackage,
} from '../../../test/support/catalogued.ts';

const alpine: LayerFile = { path: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.20.3\n' };

describe('Debian packages', () => {
  it('come from status, status.d and lists, with source, files and architecture', async () => {
    const { packages } = await catalogued([
      debian,
      {
        path: 'var/lib/dpkg/status',
        content: `Package: libc6
Status: install ok installed
Source: glibc (2.36-9)
Version: 2.36-9+b1
Architecture: amd64
Multi-Arch: same
Provides: libc6-x
Depends: libgcc-s1, libcrypt1 (>= 1:4.4)
Homepage: https://www.gnu.org/
Maintainer: GNU Libc Maintainers <x@example.org>
Description: a library
 longer text

Package: removed
Status: deinstall ok config-files
Version: 1.0
Architecture: amd64

Package: half
Status: install ok half-installed
Version: 1.0
`,
      },
      {
        path: 'var/lib/dpkg/status.d/tzdata',
        content: 'Package: tzdata\nVersion: 2024a\nArchitecture: all\n',
      },
      {
        path: 'var/lib/dpkg/status.d/tzdata.md5sums',
        content: `${'a'.repeat(32)}  usr/share/zoneinfo/UTC\n`,
      },
      {
        path: 'var/lib/dpkg/info/libc6:amd64.md5sums',
        content: `${'b'.repeat(32)}  lib/libc.so.6\n`,
      },
      {
        path: 'var/lib/dpkg/info/libc6:amd64.list',
        content: '/.\n/etc\n/etc/ld.so.conf\n/lib/libc.so.6\n',
      },
      { path: 'var/lib/dpkg/info/libc6:amd64.conffiles', content: '/etc/ld.so.conf\n' },
      { path: 'etc/ld.so.conf', content: 'x' },
      { path: 'usr/share/doc/libc6', symlink: 'glibc' },
      { path: 'usr/share/doc/glibc/copyright', content: 'License: LGPL-2.1+\n' },
    ]);
    expect(packages.map(({ name, version, purl }) => [name, version, purl])).toEqual([
      [
        'libc6',
        '2.36-9+b1',
        'pkg:deb/debian/libc6@2.36-9%2Bb1?arch=amd64&distro=debian-12&upstream=glibc%402.36-9',
      ],
      ['tzdata', '2024a', 'pkg:deb/debian/tzdata@2024a?arch=all&distro=debian-12'],
    ]);
    const [libc, tzdata] = packages;
    expect(libc?.licences).toEqual([{ value: 'LGPL-2.1+', expression: 'LGPL-2.1-or-later' }]);
    expect(libc?.owns).toEqual(['etc/ld.so.conf', 'lib/libc.so.6']);
    expect(libc?.metadata).toMatchObject({
      source: 'glibc',
      sourceVersion: '2.36-9',
      files: [
        { path: '/etc/ld.so.conf', isConfigFile: true },
        { path: '/lib/libc.so.6', isConfigFile: false, digest: { algorithm: 'md5' } },
      ],
    });
    expect(tzdata?.owns).toEqual(['usr/share/zoneinfo/UTC']);
  });
});

describe('Alpine packages', () => {
  it('come with origin, licences, files and what they need', async () => {
    const { packages } = await catalogued([
      alpine,
      {
        path: 'lib/apk/db/installed',
        content: `C:Q1x=
P:musl
V:1.2.5-r0
A:x86_64
L:MIT
o:musl
m:A <a@example.org>
U:https://musl.libc.org/
T:the C library
S:10
I:20
p:so:libc.musl-x86_64.so.1=1
F:lib
R:ld-musl-x86_64.so.1
Z:Q1y=

P:busybox-binsh
V:1.36.1-r29
A:x86_64
L:GPL-2.0-only MIT
o:busybox
D:so:libc.musl-x86_64.so.1 !other
F:
R:init

V:no name
`,
      },
    ]);
    expect(packages.map(({ purl, dependsOn }) => [purl, dependsOn])).toEqual([
      [
        'pkg:apk/alpine/busybox-binsh@1.36.1-r29?arch=x86_64&distro=alpine-3.20.3&upstream=busybox',
        ['pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.3'],
      ],
      ['pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20.3', []],
    ]);
    expect(packages[0]?.licences.map(({ expression }) => expression)).toEqual([
      'GPL-2.0-only',
      'MIT',
    ]);
    expect(packages.map(({ owns }) => owns)).toEqual([['init'], ['lib/ld-musl-x86_64.so.1']]);
  });
});

describe('Python distributions', () => {
  it('are found as wheels and eggs, named alike, with what they need', async () => {
    const folder = 'usr/lib/python3/site-packages';
    const { packages } = await catalogued([
      pythonPackage(
        'Flask_SQL',
        '3.1',
        'Author: A\nLicense: MIT\nRequires-Dist: jinja2 (>=3)\nRequires-Dist: extra-only ; extra == "x"',
      ),
      pythonPackage(
        'Jinja2',
        '3.1.6',
        'Classifier: License :: OSI Approved :: MIT License\nAuthor-email: b@example.org\nLicense: UNKNOWN',
      ),
      pythonPackage('extra-only', '1.0', `License: ${'words '.repeat(60)}\n more words`),
      { path: `${folder}/old.egg-info`, content: 'Name: old\nVersion: 0.1\n' },
      {
        path: `${folder}/older.egg-info/PKG-INFO`,
        content: 'Name: older\r\nVersion: 0.2\r\n\r\ntext',
      },
      { path: `${folder}/none.dist-info/METADATA`, content: 'Summary: without a name\n' },
      {
        path: `${folder}/Jinja2-3.1.6.dist-info/RECORD`,
        content:
          'jinja2/__init__.py,sha256=x,1\njinja2/_speed.cpython-311-x86_64-linux-gnu.so,sha256=y,2\n"../../../bin/jin,ja",,\n../../../../../../../x,,\n',
      },
    ]);
    expect(packages.map(({ name, version, dependsOn }) => [name, version, dependsOn])).toEqual([
      ['extra-only', '1.0', []],
      ['flask-sql', '3.1', ['pkg:pypi/jinja2@3.1.6']],
      ['jinja2', '3.1.6', []],
      ['old', '0.1', []],
      ['older', '0.2', []],
    ]);
    expect(packages[2]?.owns).toEqual([
      'usr/bin/jin,ja',
      `${folder}/jinja2/_speed.cpython-311-x86_64-linux-gnu.so`,
    ]);
    expect(packages[2]).toMatchObject({
      supplier: 'b@example.org',
      licences: [{ expression: 'MIT' }],
    });
    expect(packages[0]?.licences[0]?.value.length).toBeLessThanOrEqual(200);
  });

  it('owned by a package of the system are the same software', async () => {
    const { overlaps, packages } = await catalogued([
      debian,
      dpkgStatus('python3-six 1.0'),
      pythonPackage('six', '1.0'),
      {
        path: 'var/lib/dpkg/info/python3-six.md5sums',
        content: `${'a'.repeat(32)}  usr/lib/python3/site-packages/six-1.0.dist-info/METADATA\n`,
      },
    ]);
    expect(
      overlaps.map(({ owner, owned }) => [packages[owner]?.name, packages[owned]?.name]),
    ).toEqual([['python3-six', 'six']]);
  });
});

describe('Node modules', () => {
  it('are found in every place, with scope, licence and what they need', async () => {
    const { packages, coverage } = await catalogued([
      nodeModule('a', '1.0.0', {
        dependencies: { '@s/b': '1' },
        author: { name: 'A', email: 'a@x' },
        licenses: [{ type: 'MIT' }, 'ISC'],
      }),
      nodeModule('@s/b', '2.0.0', {
        license: { type: 'BSD-3-Clause' },
        repository: { url: 'git://x' },
        private: true,
      }),
      nodeModule('b', '3.0.0', { author: 'B <b@x>' }, 'app/node_modules/a/node_modules'),
      {
        path: 'app/package.json',
        content: '\ufeff{"name":"app","version":"0.0.1","dependencies":{"a":"*"}}',
      },
      { path: 'app/node_modules/a/esm/package.json', content: '{"type":"module"}' },
      { path: 'app/node_modules/x/package.json', content: '{"name":"x"}' },
      { path: 'app/node_modules/y/package.json', content: 'not JSON' },
    ]);
    expect(packages.map(({ purl, dependsOn, supplier }) => [purl, dependsOn, supplier])).toEqual([
      ['pkg:npm/%40s/b@2.0.0', [], undefined],
      ['pkg:npm/a@1.0.0', ['pkg:npm/%40s/b@2.0.0'], 'A <a@x>'],
      ['pkg:npm/app@0.0.1', ['pkg:npm/a@1.0.0'], undefined],
      ['pkg:npm/b@3.0.0', [], 'B <b@x>'],
    ]);
    expect(packages[1]?.licences.map(({ value }) => value)).toEqual(['MIT', 'ISC']);
    expect(coverage.uncovered).toEqual([
      {
        ecosystem: 'Node modules without a version',
        count: 1,
        examples: ['/app/node_modules/x/package.json'],
      },
    ]);
  });

  it('that are hard links are found through the file they are', async () => {
    const inventory = await catalogued([
      nodeModule('a', '1.0.0'),
      {
        path: 'app/node_modules/.pnpm/a/package.json',
        hardlink: 'app/node_modules/a/package.json',
      },
      { path: 'app/node_modules/b/package.json', hardlink: 'store/file' },
    ]);
    expect(namesIn(inventory)).toEqual(['a 1.0.0', 'a 1.0.0']);
    expect(inventory.coverage.faults).toEqual([
      {
        path: '/app/node_modules/b/package.json',
        message: 'it is a hard link to store/file, which was not read',
      },
    ]);
  });
});

describe('what no cataloger reads', () => {
  it('is counted and named', async () => {
    const { coverage } = await catalogued([
      { path: 'opt/a.jar' },
      { path: 'opt/b.war' },
      { path: 'app/x.deps.json' },
      { path: 'var/lib/rpm/Packages' },
      { path: 'usr/lib/sysimage/rpm/Packages.db' },
      { path: 'var/lib/db/sbom/a.spdx.json' },
    ]);
    expect(coverage.uncovered.map(({ ecosystem, count }) => [ecosystem, count])).toEqual([
      ['.NET dependency files', 1],
      ['Berkeley DB rpm databases', 1],
      ['Java archives', 2],
      ['NDB rpm databases', 1],
      ['SBOMs inside the image', 1],
    ]);
  });
});
