import { describe, expect, it } from 'vitest';
import {
  catalogued,
  debian,
  dpkgStatus,
  nodeModule,
  pythonPackage,
} from '../../test/support/catalogued.ts';
import { identity, judgeAgainstImage } from './judge-against-image.ts';
import { readSbom } from './read-sbom.ts';

const image = [
  debian,
  dpkgStatus('libc6 1:2.36', 'base-files 12'),
  nodeModule('left-pad', '1.3.0'),
  pythonPackage('Zope.Interface', '6.0'),
];
const inventory = await catalogued(image);
const withGap = async (path: string, content = ''): Promise<typeof inventory> =>
  await catalogued([...image, { path, content }]);
const urls = inventory.packages.map(({ purl }) => purl);
/** Rules that are not kept by a document that lists these. */
const broken = (
  purls: readonly string[],
  against = inventory,
  subjects: readonly string[] = [against.subject.digest],
): readonly string[] => {
  const sbom = readSbom({
    bomFormat: 'CycloneDX',
    metadata: { component: { version: subjects.join(' ') } },
    components: purls.map((purl) => ({ name: 'a', purl })),
  });
  return judgeAgainstImage(sbom ?? expect.unreachable(), against).flatMap(
    ({ id, outcome, detail }) => (outcome === 'pass' ? [] : [`${id} ${outcome}: ${detail ?? ''}`]),
  );
};

describe('an SBOM against the image it should be about', () => {
  it('lists what is there', () => {
    expect(urls).toHaveLength(4);
    expect(broken(urls)).toEqual([]);
  });

  it.each([
    ['another image', [`sha256:${'f'.repeat(64)}`], 'f'.repeat(64)],
    ['no image', [], 'no digest'],
    ['one image three times', Array(3).fill(`sha256:${'e'.repeat(64)}`), 'e'.repeat(64)],
  ])('is about %s', (_name, subjects, named) => {
    expect(broken(urls, inventory, subjects)).toEqual([
      `DOC-07 fail: it names ${named}, the image is ${inventory.subject.digest}`,
    ]);
  });

  it('leaves a package out', () => {
    expect(broken(urls.slice(1))).toEqual([`CMP-11 fail: ${identity(urls[0] ?? '')}`]);
  });

  it.each([
    ['deb', 'pkg:deb/debian/openssl@3.0.11-1~deb12u2?arch=amd64'],
    ['deb of another version', 'pkg:deb/debian/libc6@1:2.35'],
    ['apk', 'pkg:apk/alpine/musl@1.2'],
    ['rpm', 'pkg:rpm/fedora/bash@5'],
    ['npm', 'pkg:npm/%40scope/a@1'],
    ['Python', 'pkg:pypi/a@1'],
    ['Go', 'pkg:golang/example.com/a@v1.0.0'],
    ['Go, spelt wrongly', 'pkg:golang/example.com/a@v1'],
  ])('lists a package that is not there: %s', (_name, purl) => {
    expect(broken([...urls, purl])).toEqual([`CMP-12 fail: 1 not in the image: ${identity(purl)}`]);
  });

  it.each([
    ['of a kind nobody looks for', 'pkg:maven/a/b@1', /1 of kinds or places/],
    ['with another word for its system', 'pkg:deb/ubuntu/libc6@1:2.36', /1 of kinds or places/],
    ['with its epoch elsewhere', 'pkg:deb/debian/libc6@2.36?epoch=1', /1 of kinds or places/],
    ['without version', 'pkg:npm/left-pad', /1 of kinds or places/],
    ['with other signs in its name', 'pkg:pypi/zope_interface@6.0', /1 of kinds or places/],
    ['without package URL', '', /1 without a package URL/],
  ])('lists one of which nobody can tell: %s', (_name, purl, words) => {
    expect(broken([...urls, purl])).toEqual([
      expect.stringMatching(new RegExp(`^CMP-12 undecided: ${words.source}`)),
    ]);
  });

  it('says what nobody looked into, where more may lie', async () => {
    expect(broken(urls, await withGap('opt/app.jar'))).toEqual([
      'CMP-11 undecided: what nobody here looked into may hold more: 1 Java archive',
    ]);
  });

  it('lists nothing', async () => {
    expect(broken([], await catalogued([debian]))).toEqual([
      'CMP-12 undecided: it lists no component',
    ]);
  });

  it.each([
    ['var/lib/rpm/Packages', 'pkg:rpm/fedora/bash@5', 'undecided'],
    ['var/lib/rpm/Packages', 'pkg:deb/debian/openssl@3', 'fail'],
    ['wheels/a.whl', 'pkg:pypi/a@1', 'undecided'],
    ['opt/app.jar', 'pkg:npm/a@1', 'fail'],
    ['var/lib/db/sbom/a.spdx.json', 'pkg:npm/a@1', 'undecided'],
    ['opt/lib/node_modules/b/package.json', 'pkg:npm/a@1', 'undecided'],
  ])('a gap hides only what it may hold: %s, %s', async (path, purl, outcome) => {
    const gap = await withGap(path, path.endsWith('package.json') ? '{"name":"b"}' : '');
    expect(broken([...urls, purl], gap).at(-1)).toMatch(`CMP-12 ${outcome}`);
  });
});

it.each([
  ['pkg:deb/debian/A@1%3A2?arch=amd64#x', 'pkg:deb/debian/a@1:2'],
  ['pkg:npm/%zz@1', 'pkg:npm/%zz@1'],
])('the same package whatever its qualifiers: %s', (purl, expected) => {
  expect(identity(purl)).toBe(expected);
});
