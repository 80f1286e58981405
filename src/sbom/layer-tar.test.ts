import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aLayer } from '../../test/support/an-image.ts';
import { defaultLayerLimits, type LayerEntry, type LayerLimits, LayerTar } from './layer-tar.ts';

const tar = await aLayer([
  { path: 'etc', directory: true },
  { path: './etc/a', content: 'first' },
  { path: '/etc/b', content: 'x'.repeat(1500) },
  { path: `deep/${'d'.repeat(120)}/${'n'.repeat(180)}`, content: 'long name' },
  { path: 'etc/ä', content: 'name beyond ASCII' },
  { path: 'etc/link', symlink: '../usr/a' },
  { path: 'etc/hard', hardlink: 'etc/a' },
  { path: 'empty' },
]);

function read(
  bytes: Uint8Array,
  cuts: readonly number[] = [],
  limits: LayerLimits = defaultLayerLimits,
): readonly (LayerEntry & { readonly content: string })[] {
  const found: (LayerEntry & { content: string })[] = [];
  const reader = new LayerTar((entry) => {
    const kept = { ...entry, content: '' };
    found.push(kept);
    return {
      push: (piece) => {
        kept.content += Buffer.from(piece).toString('utf8');
      },
      end: () => undefined,
    };
  }, limits);
  let at = 0;
  for (const cut of [...cuts.filter((each) => each < bytes.length), bytes.length].sort(
    (a, b) => a - b,
  )) {
    reader.push(bytes.subarray(at, cut));
    at = cut;
  }
  reader.end();
  return found;
}

describe('the tar of a layer', () => {
  it('gives every entry with its clean path, kind and content', () => {
    expect(read(tar).map(({ path, type, content }) => [path, type, content.slice(0, 20)])).toEqual([
      ['etc', 'directory', ''],
      ['etc/a', 'file', 'first'],
      ['etc/b', 'file', 'x'.repeat(20)],
      [`deep/${'d'.repeat(120)}/${'n'.repeat(180)}`, 'file', 'long name'],
      ['etc/ä', 'file', 'name beyond ASCII'],
      ['etc/link', 'symlink', ''],
      ['etc/hard', 'hardlink', ''],
      ['empty', 'file', ''],
    ]);
  });

  it('reads the same however the bytes arrive', () => {
    const whole = read(tar);
    fc.assert(
      fc.property(fc.array(fc.nat(tar.length), { maxLength: 30 }), (cuts) => {
        expect(read(tar, cuts)).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  it('ignores what lies behind the end', () => {
    expect(read(Buffer.concat([tar, Buffer.from('anything')]))).toHaveLength(8);
  });

  it.each([
    { name: 'cut inside a content', bytes: tar.subarray(0, 2500), code: 'SBOM_LAYER_INVALID' },
    { name: 'cut inside a header', bytes: tar.subarray(0, 700), code: 'SBOM_LAYER_INVALID' },
    {
      name: 'with a damaged header',
      bytes: Buffer.concat([Buffer.from('e!'), tar.subarray(2)]),
      code: 'SBOM_LAYER_INVALID',
    },
    { name: 'that is no tar', bytes: Buffer.alloc(2048, 7), code: 'SBOM_LAYER_INVALID' },
  ])('refuses one $name', ({ bytes, code }) => {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    { name: 'entries', limits: { maxEntries: 3 } },
    { name: 'bytes', limits: { maxBytes: 4096 } },
    { name: 'bytes of a path', limits: { maxPathBytes: 100 } },
    { name: 'bytes of an extended header', limits: { maxHeaderBytes: 20 } },
  ])('has a limit of $name', ({ limits }) => {
    expect(() => read(tar, [], { ...defaultLayerLimits, ...limits })).toThrow(
      expect.objectContaining({ code: 'SBOM_LAYER_LIMIT' }),
    );
  });

  it('does not tell entries that lead out of the image', async () => {
    const hostile = await aLayer([{ path: '../../etc/passwd', content: 'x' }, { path: 'fine' }]);
    expect(read(hostile).map(({ path }) => path)).toEqual(['fine']);
  });
});
