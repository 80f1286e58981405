import { describe, expect, it } from 'vitest';
import { type Descriptor, mediaTypes } from '../../oci/descriptor.ts';
import { digestOf } from '../../oci/digest.ts';
import { parseConfigPlatform, parseRegistryDocument } from './registry-document.ts';
import { titledLayers } from './titled-layers.ts';

const { ociManifest, ociIndex, dockerManifest, ociConfig, ociLayerGzip } = mediaTypes;
const part = (mediaType: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  mediaType,
  digest: digestOf(mediaType),
  size: 3,
  ...more,
});
const manifest = { schemaVersion: 2, config: part(ociConfig), layers: [part(ociLayerGzip)] };
const index = { schemaVersion: 2, mediaType: ociIndex, manifests: [part(ociManifest)] };

function parse(document: unknown, contentType: string = ociManifest) {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const bytes = Buffer.from(text);
  return parseRegistryDocument({ bytes, digest: digestOf(bytes), contentType }, 'ghcr.io/a:1');
}

describe('parseRegistryDocument', () => {
  it.each<[string, unknown, string, string, string]>([
    [
      'a manifest by its own word',
      { ...manifest, mediaType: ociManifest },
      '',
      'manifest',
      ociManifest,
    ],
    [
      'a manifest by the word of the registry',
      manifest,
      dockerManifest,
      'manifest',
      dockerManifest,
    ],
    ['an index', index, ociIndex, 'index', ociIndex],
    ['a kind that a careless registry calls JSON', index, 'application/json', 'index', ociIndex],
  ])('reads %s', (_name, document, contentType, kind, mediaType) => {
    expect(parse(document, contentType)).toMatchObject({ kind, mediaType });
  });

  it('leaves out what a descriptor does not have', () => {
    const parsed = parse(
      { ...index, manifests: [part(ociManifest, { platform: null, annotations: null })] },
      '',
    );
    expect(parsed).toMatchObject({
      manifests: [{ mediaType: ociManifest, digest: digestOf(ociManifest), size: 3 }],
    });
  });

  it.each<[string, unknown, string?]>([
    ['what is no JSON', '{'],
    ['a member written twice', '{"schemaVersion":2,"schemaVersion":2}'],
    ['a list', []],
    ['Docker schema 1 by its content', { schemaVersion: 1 }],
    [
      'Docker schema 1 by its type',
      manifest,
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
    ],
    ['no schema version', { ...manifest, schemaVersion: undefined }],
    ['two kinds', { ...manifest, mediaType: ociManifest }, ociIndex],
    ['a media type that is no text', { ...manifest, mediaType: 2 }],
    ['an unknown kind', { ...manifest, mediaType: 'text/plain' }],
    ['no kind at all', manifest, ''],
    ['an index with layers', { ...index, layers: [] }, ociIndex],
    ['an index with a config', { ...index, config: part(ociConfig) }, ociIndex],
    ['a manifest with manifests', { ...manifest, manifests: [] }],
    ['no config', { ...manifest, config: undefined }],
    ['layers that are no list', { ...manifest, layers: {} }],
    ['too many layers', { ...manifest, layers: Array.from({ length: 10_001 }, () => part('x')) }],
    ['a layer that is no object', { ...manifest, layers: ['x'] }],
    ['a layer without media type', { ...manifest, layers: [part('x', { mediaType: undefined })] }],
    ['a layer of another hash', { ...manifest, layers: [part('x', { digest: 'sha512:00' })] }],
    ['a layer of negative size', { ...manifest, layers: [part('x', { size: -1 })] }],
    ['a layer of half a byte', { ...manifest, layers: [part('x', { size: 0.5 })] }],
    [
      'an annotation that is no text',
      { ...manifest, layers: [part('x', { annotations: { a: 1 } })] },
    ],
    [
      'a platform that is no object',
      { ...index, manifests: [part('x', { platform: 'linux' })] },
      ociIndex,
    ],
  ])('refuses %s', (_name, document, contentType) => {
    expect(() => parse(document, contentType)).toThrow(
      expect.objectContaining({
        code: 'REGISTRY_DOCUMENT',
        message: expect.stringContaining('ghcr.io/a:1'),
      }),
    );
  });
});

describe('parseConfigPlatform', () => {
  it.each([
    ['both', '{"architecture":"arm64","os":"linux"}', 'linux/arm64'],
    ['neither', '{}', '(none)/(none)'],
  ])('reads a config that names %s', (_name, text, expected) => {
    const { os, architecture } = parseConfigPlatform(Buffer.from(text), 'ghcr.io/a:1');
    expect(`${os}/${architecture}`).toBe(expected);
  });

  it('refuses a config that is no JSON', () => {
    expect(() => parseConfigPlatform(Buffer.from('x'), 'ghcr.io/a:1')).toThrow(
      expect.objectContaining({ code: 'REGISTRY_DOCUMENT' }),
    );
  });
});

describe('titledLayers', () => {
  const titled = (title: string | undefined): Descriptor => ({
    mediaType: 'x',
    digest: digestOf(title ?? ''),
    size: 1,
    ...(title === undefined ? {} : { annotations: { 'org.opencontainers.image.title': title } }),
  });

  it('gives files by their titles', () => {
    const layers = titledLayers([titled('zarf.yaml'), titled('images/index.json')], 'p');
    expect(layers.map(({ path }) => path)).toEqual(['zarf.yaml', 'images/index.json']);
  });

  it.each<[string, readonly (string | undefined)[]]>([
    ['no title', [undefined]],
    ['an empty title', ['']],
    ['an absolute path', ['/etc/passwd']],
    ['a path that climbs', ['a/../../b']],
    ['a path with a dot', ['./a']],
    ['a doubled slash', ['a//b']],
    ['a backslash', ['a\\b']],
    ['a control character', ['a\nb']],
    ['one title twice', ['a', 'a']],
  ])('refuses %s', (_name, titles) => {
    expect(() => titledLayers(titles.map(titled), 'p')).toThrow(
      expect.objectContaining({ code: 'REGISTRY_DOCUMENT' }),
    );
  });
});
