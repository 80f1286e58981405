import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, hexOf, isDigest, parseDigest } from './digest.ts';

describe('a digest', () => {
  it.each([
    { name: 'another algorithm', text: `sha512:${'0'.repeat(128)}` },
    { name: 'upper case', text: `sha256:${'A'.repeat(64)}` },
    { name: 'one digit too few', text: `sha256:${'0'.repeat(63)}` },
    { name: 'one digit too many', text: `sha256:${'0'.repeat(65)}` },
    { name: 'no algorithm', text: '0'.repeat(64) },
    { name: 'a line behind it', text: `sha256:${'0'.repeat(64)}\n` },
    { name: 'nothing', text: '' },
  ])('is refused with $name: OCI_DIGEST_INVALID', ({ text }) => {
    expect(isDigest(text)).toBe(false);
    expect(() => parseDigest(text)).toThrow(
      expect.objectContaining({ code: 'OCI_DIGEST_INVALID', exitCode: 3 }),
    );
  });

  it('is read as it is written, for any content', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const digest = digestOf(bytes);
        expect(parseDigest(digest)).toBe(digest);
        expect(`sha256:${hexOf(digest)}`).toBe(digest);
      }),
    );
  });
});
