import { describe, expect, it } from 'vitest';
import { aBundle } from '../../../test/support/a-bundle.ts';
import { aPackage } from '../../../test/support/a-package.ts';
import { blobs } from './blobs.ts';

const blobWith = (words: string, format: 'legacy' | 'next' = 'legacy'): string =>
  aBundle(format)
    .entries()
    .find(
      (entry) => entry.path.includes('blobs/') && Buffer.from(entry.content ?? '').includes(words),
    )?.path ?? expect.fail(words);
const note = 'note/files/0/note.txt';

describe('bundle/blobs', () => {
  it.each([
    ['a legacy bundle', aBundle(), ['pass']],
    ['a next bundle', aBundle('next'), ['pass']],
    ['a hybrid that shares its blobs by links', aBundle('hybrid'), ['pass']],
    ['a package', aPackage(), ['not-applicable']],
    ['an end that was not reached', aBundle().cutBefore(/no such/), ['undecided']],
    [
      'a blob that was not reached',
      aBundle().cutBefore(blobWith(note)),
      ['undecided BUNDLE_BLOB_MISSING'],
    ],
    [
      'a file of a package that is missing',
      aBundle().tampered(blobWith(note), undefined),
      ['fail error BUNDLE_BLOB_MISSING'],
    ],
    [
      'a file of a package that is another',
      aBundle().tampered(blobWith(note), 'note/files/0/nota.txt'),
      ['fail error BUNDLE_BLOB_DIGEST'],
    ],
    [
      'a file that is longer',
      aBundle().tampered(blobWith(note), `${note} and more`),
      ['fail error BUNDLE_BLOB_DIGEST', 'fail error BUNDLE_BLOB_SIZE'],
    ],
    [
      'a definition that is another',
      aBundle().tampered(blobWith('kind: UDSBundle'), 'kind: UDSBundle'),
      ['fail error BUNDLE_BLOB_DIGEST', 'fail error BUNDLE_BLOB_SIZE'],
    ],
    [
      'a descriptor with a wrong size',
      aBundle().editing('index', (json) => ({
        ...json,
        manifests: [json['manifests']].flat().map((each) => ({ ...Object(each), size: 1 })),
      })),
      ['fail error BUNDLE_BLOB_SIZE'],
    ],
    [
      'a root config that is missing, which only publishing needs',
      aBundle().tampered(blobWith('"architecture":"amd64"'), undefined),
      ['fail warning BUNDLE_CONFIG_MISSING', 'pass'],
    ],
    [
      'a config of a next bundle that is missing',
      aBundle('next').tampered(blobWith('{"kind":"Zarf', 'next'), undefined),
      ['fail error BUNDLE_BLOB_MISSING'],
    ],
    [
      'the two bytes of the empty config missing',
      aBundle('next').tampered(/44136fa355b3678a/, undefined),
      ['fail error BUNDLE_BLOB_MISSING'],
    ],
    [
      'a manifest too large to keep',
      aBundle().unread(new RegExp(blobWith('"components/note.tar"'))),
      ['undecided BUNDLE_BLOB_UNREAD'],
    ],
    [
      'a link in a legacy bundle',
      aBundle().with('data/x', note).linked(blobWith(note), 'data/x'),
      ['fail error BUNDLE_BLOB_MISSING'],
    ],
    [
      'a link of a next bundle to what comes later',
      aBundle('next').with('data/x', note).linked(blobWith(note, 'next'), 'data/x'),
      ['fail error BUNDLE_BLOB_MISSING'],
    ],
    ['a package under very many names', crowded(1100), ['fail error BUNDLE_LIMIT']],
  ])('%s', (_name, draft, expected) => expect(draft.judgedBy(blobs)).toEqual(expected));

  it('ends a list of problems that would not end', () => {
    const draft = aBundle().editing('manifest', (json) => ({
      ...json,
      layers: [...[json['layers']].flat(), ...absent(1500)],
    }));
    const problems = draft.facts().bundle?.problems ?? [];
    expect([problems.length, problems.at(-1)?.code]).toEqual([1001, 'BUNDLE_PROBLEMS_MORE']);
  });
});

/** One package that the definition names often. */
function crowded(count: number): ReturnType<typeof aBundle> {
  return aBundle().defining((text) => {
    const at = text.indexOf('- name: demo');
    const entry = text.slice(at);
    return (
      text.slice(0, at) +
      Array.from({ length: count }, (_, index) => entry.replace('demo', `demo${index}`)).join('')
    );
  });
}

function absent(count: number): readonly object[] {
  return Array.from({ length: count }, (_, index) => ({
    mediaType: 'application/vnd.zarf.layer.v1.blob',
    digest: `sha256:${index.toString(16).padStart(64, '0')}`,
    size: 1,
    annotations: { 'org.opencontainers.image.title': `components/${index}.tar` },
  }));
}
