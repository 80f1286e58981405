import { describe, expect, it } from 'vitest';
import type { LockedFlavor, LockedImage, ReleaseLock } from '../config/lock.ts';
import { mediaTypes } from '../oci/descriptor.ts';
import { digestOf } from '../oci/digest.ts';
import { compareLocks } from './compare-locks.ts';

const image: LockedImage = {
  reference: 'a',
  source: 'registry ghcr.io',
  mediaType: mediaTypes.ociManifest,
  digest: digestOf('a'),
  size: 1,
  layers: [{ mediaType: mediaTypes.ociLayerGzip, digest: digestOf('layer'), size: 2 }],
};
const payload = { path: 'weights', sha256: 'aa', size: 3 };
const member = { reference: 'ghcr.io/o/p:1', digest: digestOf('p') };
const base: LockedFlavor = { images: [image], payloads: [payload], packages: [member] };

function lockOf(cpu: LockedFlavor | undefined): ReleaseLock {
  const flavors = cpu === undefined ? {} : { cpu };
  return { schema: 'cowa-release/lock/v1', name: 'n', architecture: 'amd64', flavors };
}

function drift(found: LockedFlavor | undefined, locked: LockedFlavor | undefined = base) {
  return compareLocks(lockOf(locked), lockOf(found), ['cpu']).map(
    ({ kind, name, change }) => `${change} ${kind} ${name}`,
  );
}

describe('compareLocks', () => {
  it('finds nothing between equal locks, whatever the order of members and entries', () => {
    const { layers, ...rest } = image;
    expect(
      drift({ packages: [member], payloads: [payload], images: [{ layers, ...rest }] }),
    ).toEqual([]);
  });

  it('does not mind which source holds the same image', () => {
    expect(drift({ ...base, images: [{ ...image, source: 'oci-layout x' }] })).toEqual([]);
  });

  it('looks at no flavor that was not asked for', () => {
    expect(compareLocks(lockOf(base), lockOf(undefined), ['gpu'])).toEqual([]);
  });

  it.each<[string, LockedFlavor | undefined, readonly string[]]>([
    [
      'a moved tag',
      { ...base, images: [{ ...image, digest: digestOf('b') }] },
      ['changed image a'],
    ],
    ['another layer size', { ...base, images: [{ ...image, layers: [] }] }, ['changed image a']],
    [
      'an image more',
      { ...base, images: [image, { ...image, reference: 'b' }] },
      ['added image b'],
    ],
    ['an image less', { ...base, images: [] }, ['removed image a']],
    [
      'other weights',
      { ...base, payloads: [{ ...payload, sha256: 'bb' }] },
      ['changed payload weights'],
    ],
    ['another package', { ...base, packages: [] }, ['removed package ghcr.io/o/p:1']],
    [
      'a flavor that is gone',
      undefined,
      ['removed image a', 'removed package ghcr.io/o/p:1', 'removed payload weights'],
    ],
  ])('tells of %s', (_name, found, expected) => {
    expect(drift(found)).toEqual(expected);
  });

  it('gives both digests', () => {
    const found = { ...base, images: [{ ...image, digest: digestOf('b') }] };
    expect(compareLocks(lockOf(base), lockOf(found), ['cpu'])).toEqual([
      {
        flavor: 'cpu',
        kind: 'image',
        name: 'a',
        change: 'changed',
        locked: digestOf('a'),
        found: digestOf('b'),
      },
    ]);
  });

  it('says what differs where the digest does not', () => {
    const found = { ...base, images: [{ ...image, indexDigest: digestOf('index'), size: 2 }] };
    expect(compareLocks(lockOf(base), lockOf(found), ['cpu'])).toMatchObject([
      { change: 'changed', differs: ['indexDigest', 'size'] },
    ]);
  });
});
