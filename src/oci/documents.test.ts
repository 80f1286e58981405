import { describe, expect, it } from 'vitest';
import { mediaTypes } from './descriptor.ts';
import { digestOf } from './digest.ts';
import { parseImageConfig } from './image-config.ts';
import { parseIndex } from './image-index.ts';
import { parseLayoutMarker } from './layout.ts';
import { parseManifest, renderManifest } from './manifest.ts';

const blob = { mediaType: mediaTypes.ociConfig, digest: digestOf('x'), size: 1 };
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const manifest = { schemaVersion: 2, config: blob, layers: [blob] };
const index = {
  schemaVersion: 2,
  manifests: [{ ...blob, platform: { architecture: 'amd64', os: 'linux' } }],
};
const config = {
  architecture: 'amd64',
  os: 'linux',
  rootfs: { type: 'layers', diff_ids: [blob.digest] },
};
const invalid = expect.objectContaining({ code: 'OCI_DOCUMENT_INVALID' });

describe('OCI documents', () => {
  it('reads back what it writes', () => {
    expect(parseManifest(renderManifest(manifest), mediaTypes.ociManifest, 'm').layers).toEqual([
      blob,
    ]);
    expect(parseIndex(json(index), undefined, 'i').manifests[0]?.platform?.os).toBe('linux');
    expect(parseImageConfig(json(config), 'c').diffIds).toEqual([blob.digest]);
    expect(() => parseLayoutMarker(json({ imageLayoutVersion: '1.0.0' }), 'l')).not.toThrow();
  });

  it.each([
    ['another schema', { ...manifest, schemaVersion: 1 }],
    ['another name for itself', { ...manifest, mediaType: mediaTypes.ociIndex }],
    ['two readings', { ...manifest, manifests: [] }],
    ['no config', { ...manifest, config: undefined }],
    ['no layers', { ...manifest, layers: {} }],
    ['negative size', { ...manifest, config: { ...blob, size: -1 } }],
    ['no digest', { ...manifest, config: { ...blob, digest: 'sha256:1' } }],
    ['annotations that are no text', { ...manifest, config: { ...blob, annotations: { a: 1 } } }],
  ])('refuses a manifest with %s', (_, value) => {
    expect(() => parseManifest(json(value), mediaTypes.ociManifest, 'm')).toThrow(invalid);
  });

  it('refuses what is announced as something else', () => {
    expect(() => parseManifest(json(manifest), mediaTypes.ociConfig, 'm')).toThrow(invalid);
    expect(() => parseIndex(json(index), mediaTypes.ociManifest, 'i')).toThrow(invalid);
  });

  it.each([
    ['two readings', { ...index, layers: [] }],
    ['another schema', { ...index, schemaVersion: '2' }],
    ['no list', { schemaVersion: 2 }],
    ['half a platform', { ...index, manifests: [{ ...blob, platform: { os: 'linux' } }] }],
    ['another media type', { ...index, mediaType: 'x/y' }],
  ])('refuses an index with %s', (_, value) => {
    expect(() => parseIndex(json(value), undefined, 'i')).toThrow(invalid);
  });

  it.each([
    ['no os', { ...config, os: undefined }],
    ['no rootfs', { ...config, rootfs: undefined }],
    ['another rootfs', { ...config, rootfs: { type: 'x', diff_ids: [] } }],
    ['a wrong diff id', { ...config, rootfs: { type: 'layers', diff_ids: ['x'] } }],
  ])('refuses a config with %s', (_, value) => {
    expect(() => parseImageConfig(json(value), 'c')).toThrow(invalid);
  });

  it('refuses duplicate members and other layout versions', () => {
    expect(() => parseImageConfig(Buffer.from('{"os":"linux","os":"windows"}'), 'c')).toThrow(
      invalid,
    );
    expect(() => parseLayoutMarker(json({ imageLayoutVersion: '2.0.0' }), 'l')).toThrow(invalid);
  });
});
