import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { noise, prose } from '../../test/support/sample-package.ts';
import { isPacked, looksCompressible, worthKeeping } from './frame-choice.ts';

describe('isPacked', () => {
  it.each([
    { what: 'gzip', head: gzipSync('x'), packed: true },
    { what: 'zstd', head: zstdCompressSync('x'), packed: true },
    { what: 'text', head: Buffer.from('hello there'), packed: false },
    { what: 'a tar', head: Buffer.from('zarf.yaml\0'), packed: false },
    { what: 'half a magic', head: Buffer.from([0x1f]), packed: false },
    { what: 'nothing', head: Buffer.alloc(0), packed: false },
  ])('$what: $packed', ({ head, packed }) => {
    expect(isPacked(head)).toBe(packed);
  });
});

describe('looksCompressible', () => {
  const late = Buffer.concat([noise(3 * 2 ** 20), prose(2 ** 20)]);
  it.each([
    { what: 'text', chunk: prose(2 ** 20), expected: true },
    { what: 'noise', chunk: noise(2 ** 20), expected: false },
    { what: 'little noise', chunk: noise(5000), expected: false },
    { what: 'zeros', chunk: new Uint8Array(2 ** 20), expected: true },
    { what: 'noise with text at its end', chunk: late, expected: true },
    {
      what: 'the same noise over and over',
      chunk: Buffer.concat(Array(64).fill(noise(1024))),
      expected: true,
    },
    { what: 'gzip content', chunk: gzipSync(noise(2 ** 20)), expected: false },
  ])('$what: $expected', ({ chunk, expected }) => {
    expect(looksCompressible(chunk)).toBe(expected);
  });
});

describe('worthKeeping', () => {
  it.each([
    { encoded: 97, expected: true },
    { encoded: 98, expected: false },
    { encoded: 100, expected: false },
  ])('$encoded of 100 bytes: $expected', ({ encoded, expected }) => {
    expect(worthKeeping(100, encoded)).toBe(expected);
  });
});
