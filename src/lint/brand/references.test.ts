import { expect, it } from 'vitest';
import { aPackage, aRelease } from '../../../test/support/a-release.ts';
import { deployedRelease, faults, told } from '../../../test/support/deployed.ts';
import { references } from './references.ts';

const zarf = aPackage('api', '    images: [ghcr.io/x/api:1.0.0]\n');

async function judge(text: string, path = 'README.md'): Promise<readonly string[]> {
  const files = aRelease({ files: { 'packages/api/zarf.yaml': zarf, [path]: text } });
  return faults(references, await deployedRelease(files));
}

it.each([
  ['the image', 'docker pull ghcr.io/x/api:1.0.0', []],
  ['another image', 'docker pull ghcr.io/x/other:0.9.0', []],
  ['any tag of the image', 'docker pull ghcr.io/x/api:<version>', []],
  [
    'another tag of the image',
    'run ghcr.io/x/api:0.9.0.',
    ['fail README.md:1:5 ghcr.io/x/api:0.9.0 is quoted, the release has 1.0.0'],
  ],
  ['the bundle', 'uds deploy uds-bundle-platform-cpu-amd64-1.0.0.tar.zst', []],
  [
    'the bundle of another version',
    'uds deploy uds-bundle-platform-cpu-amd64-0.9.0.tar.zst',
    [
      'fail README.md:1:12 uds-bundle-platform-cpu-amd64-0.9.0.tar.zst is quoted, the release is 1.0.0',
    ],
  ],
  [
    'a package that is not there',
    'zarf-package-apis-amd64-1.0.0-upstream.tar.zst',
    [
      'fail README.md:1:1 zarf-package-apis-amd64-1.0.0-upstream.tar.zst is quoted, and the release has no such package',
    ],
  ],
  ['the pattern of a name', 'zarf-package-api-amd64-X.Y.Z.tar.zst', []],
])('quotes %s', async (_name, text, expected) => {
  expect(await judge(text)).toEqual(expected);
});

it('leaves histories alone', async () => {
  expect(await judge('ghcr.io/x/api:0.9.0', 'CHANGELOG.md')).toEqual([]);
});

it('speaks of nothing without documents', async () => {
  expect(told(references, await deployedRelease(aRelease()))).toEqual(['not-applicable']);
});

it('speaks of nothing without a release: a tree of others may quote what it likes', async () => {
  const files = aRelease({
    files: {
      'packages/api/zarf.yaml': zarf,
      'cowa-release.yaml': undefined,
      'README.md': 'ghcr.io/x/api:0.9.0',
    },
  });
  expect(told(references, await deployedRelease(files))).toEqual(['not-applicable']);
});
