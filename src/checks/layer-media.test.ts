import { describe, expect, it } from 'vitest';
import { layerContentFault, layerMediaKind } from './layer-media.ts';

describe('layerMediaKind', () => {
  it.each([
    ['application/vnd.oci.image.layer.v1.tar', 'tar'],
    ['application/vnd.oci.image.layer.v1.tar+gzip', 'gzip'],
    ['application/vnd.oci.image.layer.v1.tar+zstd', 'zstd'],
    ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', 'gzip'],
    ['application/vnd.docker.image.rootfs.diff.tar', 'tar'],
    ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'gzip'],
    ['application/vnd.in-toto+json', 'other'],
    ['application/vnd.oci.image.layer.v1.tar+gzip+encrypted', undefined],
    ['application/octet-stream', undefined],
    ['', undefined],
  ])('%s is %s', (mediaType, kind) => {
    expect(layerMediaKind(mediaType)).toBe(kind);
  });
});

describe('layerContentFault', () => {
  const gzip = Uint8Array.of(0x1f, 0x8b, 8, 0);
  const zstd = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd);
  const skippable = Uint8Array.of(0x5e, 0x2a, 0x4d, 0x18);
  const tar = Buffer.from('etc/');
  it.each([
    ['gzip', gzip, undefined],
    ['zstd', zstd, undefined],
    ['zstd', skippable, undefined],
    ['tar', tar, undefined],
    ['other', Buffer.from('{}'), undefined],
    ['gzip', tar, 'is not gzip'],
    ['gzip', new Uint8Array(0), 'is not gzip'],
    ['gzip', zstd, 'is zstd'],
    ['tar', gzip, 'is gzip'],
  ] as const)('announced as %s, beginning with %j: %s', (kind, head, fault) => {
    expect(layerContentFault(kind, head)).toBe(fault);
  });
});
