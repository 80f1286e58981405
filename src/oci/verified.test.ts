import { describe, expect, it } from 'vitest';
import { digestOf } from './digest.ts';
import { verified } from './verified.ts';

const abc = new TextEncoder().encode('abc');

async function read(size: number, digest = digestOf('abc')): Promise<string> {
  async function* source(): AsyncGenerator<Uint8Array> {
    yield abc.subarray(0, 1);
    yield abc.subarray(1);
  }
  let text = '';
  for await (const chunk of verified(source(), { digest, size }))
    text += new TextDecoder().decode(chunk);
  return text;
}

describe('verified', () => {
  it('passes on what fits', async () => {
    expect(await read(3)).toBe('abc');
  });
  it.each([
    ['longer than promised', 2, digestOf('abc'), 'OCI_SIZE_MISMATCH'],
    ['shorter than promised', 4, digestOf('abc'), 'OCI_SIZE_MISMATCH'],
    ['other content', 3, digestOf('abd'), 'OCI_DIGEST_MISMATCH'],
  ])('refuses content %s', async (_name, size, digest, code) => {
    await expect(read(size, digest)).rejects.toMatchObject({ code });
  });
});
