import { describe, expect, it } from 'vitest';
import type { SurveyedEntry } from '../archive/survey.ts';
import { digestOf } from '../oci/digest.ts';
import { allowedHardLinks } from './allowed-hard-links.ts';

const hex = 'a'.repeat(64);
const file = (path: string): SurveyedEntry => ({
  name: path,
  path,
  type: 'file',
  mode: 0o644,
  size: 1,
  digest: digestOf('a'),
});
const link = (path: string, linkTarget: string): SurveyedEntry => ({
  name: path,
  path,
  type: 'hardlink',
  mode: 0o644,
  size: 0,
  linkTarget,
});
const own = `blobs/sha256/${hex}`;
const other = `oci/${own}`;

describe('allowedHardLinks', () => {
  it.each([
    [
      'a blob of the next half that is one of the legacy half',
      'uds-hybrid',
      [file(own), link(other, own)],
      1,
    ],
    ['a target spelt with ./', 'uds-hybrid', [file(own), link(other, `./${own}`)], 0],
    ['any earlier file in a next bundle', 'uds-next', [file('data/x'), link(other, 'data/x')], 1],
    ['a legacy bundle', 'uds-legacy', [file('data/x'), link(own, 'data/x')], 0],
    ['a package', 'zarf-package', [file('zarf.yaml'), link(other, 'zarf.yaml')], 0],
    ['a blob of the legacy half', 'uds-hybrid', [file(other), link(own, other)], 0],
    ['what is no blob', 'uds-hybrid', [file(own), link('oci/index.json', own)], 0],
    ['a target that comes later', 'uds-hybrid', [link(other, own), file(own)], 0],
    [
      'a target that is a link',
      'uds-next',
      [link(`oci/blobs/sha256/${'b'.repeat(64)}`, other), link(other, own)],
      0,
    ],
    ['a target outside', 'uds-next', [file('etc/passwd'), link(other, '/etc/passwd')], 0],
    ['a target that climbs', 'uds-next', [file('x'), link(other, '../x')], 0],
    ['a symbolic link', 'uds-next', [file('x'), { ...link(other, 'x'), type: 'symlink' }], 0],
  ] as const)('%s', (_name, format, entries, count) =>
    expect(allowedHardLinks(format, entries).size).toBe(count),
  );
});
