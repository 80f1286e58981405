import { describe, expect, it } from 'vitest';
import { digestFromHex } from '../oci/digest.ts';
import {
  parseReleaseStatement,
  type Release,
  renderReleaseStatement,
} from './release-statement.ts';

const digest = digestFromHex('a'.repeat(64));
const rendered = {
  renderer: { name: 'helm', version: 'v3.19', sha256: 'b'.repeat(64) },
  cluster: { kubernetes: '1.31', apiVersions: ['a.b/v1', 'a.b/v1/C'] },
  objects: 2,
  digest,
  images: ['r/a:1'],
  unread: 1,
  volatile: ['now'],
};
const release: Release = {
  product: 'p',
  version: '1',
  flavor: 'cpu',
  counter: 1,
  sourceDateEpoch: 0,
  files: [{ name: 'a.tar.zst', digest, size: 1, root: { kind: 'package', digest }, rendered }],
};
const altered = (change: (text: string) => string): (() => Release) => {
  const text = renderReleaseStatement(release);
  expect(change(text)).not.toBe(text);
  return () => parseReleaseStatement(Buffer.from(change(text)));
};

describe('what a release statement says of rendering', () => {
  it('is read as it was written', () => {
    expect(parseReleaseStatement(Buffer.from(renderReleaseStatement(release)))).toEqual(release);
  });

  it('is read where it does not say what for', () => {
    const text = renderReleaseStatement(release);
    const without = text.replace(/"cluster":\{[^}]*\},/, '');
    const [file] = parseReleaseStatement(Buffer.from(without)).files;
    expect(without).not.toBe(text);
    expect(file?.rendered?.cluster).toBeUndefined();
  });

  const list = '["a.b/v1","a.b/v1/C"]';
  const many = Array.from({ length: 2001 }, (_, at) => `a.b/v${String(at).padStart(4, '0')}`);
  it.each<[string, (text: string) => string]>([
    ['a Kubernetes that is none', (text) => text.replace('"1.31"', '"1.31; rm"')],
    ['a cluster with another member', (text) => text.replace('"1.31"', '"1.31","x":1')],
    ['API versions that are none', (text) => text.replace('a.b/v1/C', '--set')],
    ['API versions that are too long', (text) => text.replace('a.b/v1"', `${'a'.repeat(254)}/v1"`)],
    ['API versions that are not sorted', (text) => text.replace(list, '["b/v1","a/v1"]')],
    ['API versions that are said twice', (text) => text.replace(list, '["a/v1","a/v1"]')],
    ['API versions without end', (text) => text.replace(list, JSON.stringify(many))],
    ['an unknown member', (text) => text.replace('"objects":2', '"objects":2,"more":1')],
    ['a member that is missing', (text) => text.replace('"unread":1,', '')],
    [
      'an unknown member of the renderer',
      (text) => text.replace('"version":"v3', '"x":"y","version":"v3'),
    ],
    [
      'a digest that is none',
      (text) => text.replace(`"objects":2,"digest":"${digest}"`, '"objects":2,"digest":"x"'),
    ],
    ['a count that is none', (text) => text.replace('"objects":2', '"objects":-1')],
    ['images that are no texts', (text) => text.replace('["r/a:1"]', '[1]')],
    ['a list that is none', (text) => text.replace('["now"]', '"now"')],
    [
      'a plain file that renders',
      (text) =>
        text.replace('"kind":"package"', '"kind":"file"').replace(`"root":"${digest}",`, ''),
    ],
  ])('is refused with %s', (_name, change) => {
    expect(altered(change)).toThrow(expect.objectContaining({ code: 'STATEMENT_PREDICATE' }));
  });
});
