import { describe, expect, it } from 'vitest';
import {
  catalogued,
  debian,
  dpkgStatus,
  namesIn,
  nodeModule,
  pythonPackage,
} from '../../test/support/catalogued.ts';

const base = [debian, dpkgStatus('libc6 2.36-9'), pythonPackage('six', '1.0')];

describe('layers over each other', () => {
  it.each([
    {
      name: 'adds',
      above: [pythonPackage('idna', '3.1')],
      left: ['libc6 2.36-9', 'idna 3.1', 'six 1.0'],
    },
    {
      name: 'overwrites a file',
      above: [dpkgStatus('libc6 2.36-10')],
      left: ['libc6 2.36-10', 'six 1.0'],
    },
    {
      name: 'removes a file',
      above: [{ path: 'var/lib/dpkg/.wh.status' }],
      left: ['six 1.0'],
    },
    {
      name: 'removes a folder',
      above: [{ path: 'usr/lib/python3/.wh.site-packages' }],
      left: ['libc6 2.36-9'],
    },
    {
      name: 'hides a folder and fills it anew',
      above: [pythonPackage('idna', '3.1'), { path: 'usr/lib/python3/site-packages/.wh..wh..opq' }],
      left: ['libc6 2.36-9', 'idna 3.1'],
    },
    {
      name: 'hides everything',
      above: [{ path: '.wh..wh..opq' }, nodeModule('a', '1.0.0')],
      left: ['a 1.0.0'],
    },
    {
      name: 'puts a file where a folder was',
      above: [{ path: 'usr/lib/python3', content: 'x' }],
      left: ['libc6 2.36-9'],
    },
    {
      name: 'puts a link where a folder was',
      above: [{ path: 'var/lib', symlink: '/elsewhere' }],
      left: ['six 1.0'],
    },
    {
      name: 'puts something else in place of evidence',
      above: [{ path: 'usr/lib/python3/site-packages/six-1.0.dist-info/METADATA', content: 'no' }],
      left: ['libc6 2.36-9'],
    },
    {
      name: 'removes a name that only begins alike',
      above: [{ path: 'usr/lib/.wh.python' }],
      left: ['libc6 2.36-9', 'six 1.0'],
    },
  ])('a layer that $name', async ({ above, left }) => {
    expect(namesIn(await catalogued(base, above))).toEqual(left);
  });

  it('names the layer that holds the evidence', async () => {
    const { packages, subject } = await catalogued(base, [pythonPackage('idna', '3.1')]);
    const layers = subject.layers.map(({ diffId }) => String(diffId));
    expect(
      packages.map(({ name, locations }) => [name, layers.indexOf(String(locations[0]?.diffId))]),
    ).toEqual([
      ['libc6', 0],
      ['idna', 1],
      ['six', 0],
    ]);
  });

  it('follows links to the distribution inside the image only', async () => {
    const { distro } = await catalogued([
      { path: 'etc/os-release', symlink: '../../../usr/lib/os-release' },
      { ...debian, path: 'usr/lib/os-release' },
    ]);
    expect(distro).toMatchObject({ id: 'debian', versionId: '12' });
  });

  it('does not follow a circle of links', async () => {
    const { distro } = await catalogued([
      { path: 'etc/os-release', symlink: '/usr/lib/os-release' },
      { path: 'usr/lib/os-release', symlink: '/etc/os-release' },
    ]);
    expect(distro).toBeUndefined();
  });
});
