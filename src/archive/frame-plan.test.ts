import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contentFrameSizes,
  encodingVersion,
  frameKey,
  planFrames,
  smallFileBytes,
} from './frame-plan.ts';
import { maxFrameContentBytes } from './raw-frame.ts';
import { tarStreamBytes } from './tar-writer.ts';

const file = (name: string, size: number) => ({ name, size, mode: 0o644 });

describe('planFrames', () => {
  it.each([
    { what: 'nothing but the end', files: [], kinds: ['shared'] },
    {
      what: 'small neighbours together',
      files: [file('a', 10), file('b', 0), file('c', smallFileBytes)],
      kinds: ['shared'],
    },
    {
      what: 'a large content alone, its header before it',
      files: [file('a', 10), file('b', smallFileBytes + 1), file('c', 10)],
      kinds: ['shared', 'content', 'shared'],
    },
    {
      what: 'not more than a mebibyte of small files',
      files: Array.from({ length: 9 }, (_, index) => file(`f${index}`, smallFileBytes)),
      kinds: ['shared', 'shared'],
    },
  ])('puts $what', ({ files, kinds }) => {
    expect(planFrames(files).map(({ kind }) => kind)).toEqual(kinds);
  });

  it('covers every byte of the tar, whatever the files', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 * smallFileBytes }), { maxLength: 40 }),
        (sizes) => {
          const files = sizes.map((size, index) => file(`folder/${index}`, size));
          const planned = planFrames(files).reduce((sum, { size }) => sum + size, 0);
          expect(planned).toBe(tarStreamBytes(files.map((each) => ({ type: 'file', ...each }))));
        },
      ),
    );
  });
});

describe('contentFrameSizes', () => {
  it.each([
    { bytes: 0, sizes: [] },
    { bytes: 512, sizes: [512] },
    { bytes: maxFrameContentBytes, sizes: [maxFrameContentBytes] },
    { bytes: maxFrameContentBytes + 512, sizes: [maxFrameContentBytes, 512] },
  ])('$bytes', ({ bytes, sizes }) => {
    expect(contentFrameSizes(bytes)).toEqual(sizes);
  });
});

describe('frameKey', () => {
  it('names content and encoding, and is a plain file name', () => {
    const key = frameKey(`sha256:${'a'.repeat(64)}`);
    expect(key).toBe(`${'a'.repeat(64)}.${encodingVersion}`);
    expect(key).toMatch(/^[0-9a-z.-]+$/);
  });
});
