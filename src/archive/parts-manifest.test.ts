import { describe, expect, it } from 'vitest';
import { chunksOf } from '../../test/support/split-bytes.ts';
import { parsePartsManifest, partsManifestName, renderPartsManifest } from './parts-manifest.ts';

const stem = 'a.tar.zst';
const text = Buffer.from(
  chunksOf(stem, Buffer.alloc(300_000, 7), 150_000)[partsManifestName(stem)] ?? [],
).toString();

describe('the digests of chunks', () => {
  it('are named so that nobody takes them for a part', () => {
    expect(partsManifestName(stem).startsWith(`${stem}.part`)).toBe(false);
  });

  it('are read as they were written', () => {
    const read = parsePartsManifest(Buffer.from(text));
    expect(typeof read).toBe('object');
    if (typeof read === 'string') return;
    expect(read).toMatchObject({ chunkSize: 65_536, archive: { name: stem, size: 300_000 } });
    expect(read.parts.map(({ chunks }) => chunks.length)).toEqual([3, 3]);
    expect(renderPartsManifest(read)).toBe(text);
  });

  it.each([
    ['no JSON', '{', 'line 1'],
    ['a list', '[]', 'line 1'],
    ['another schema', text.replace('parts/v1', 'parts/v9'), 'schema'],
    ['a member twice', text.replace('"chunkSize"', '"chunkSize": 65536, "chunkSize"'), 'twice'],
    ['a chunk too few', text.replace(/"[0-9a-f]{64}",/, ''), '2 chunks of 65536'],
    ['another size', text.replace('"size": 300000', '"size": 300001'), 'said to have 300001'],
    ['tiny chunks', text.replace('65536', '1'), 'chunkSize'],
    ['a digest that is none', text.replace(/sha256:./, 'sha256:G'), 'digest'],
    ['no parts', text.replace(/"parts": \[[\s\S]*\]/, '"parts": []'), 'parts'],
  ])('are refused with %s', (_what, bytes, why) => {
    const read = parsePartsManifest(Buffer.from(bytes));
    expect(typeof read === 'string' ? read : 'was read').toContain(why);
  });
});
