import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../oci/digest.ts';
import type { SignatureCache } from '../../ports/signature-cache.ts';
import { MemorySignatureCache } from '../memory/signature-cache.ts';
import { FsSignatureCache } from './signature-cache.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-signatures-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const one = 'a'.repeat(64);
const two = 'b'.repeat(64);
const caches: readonly { name: string; make: () => SignatureCache }[] = [
  { name: 'on disk', make: () => new FsSignatureCache(join(folder, 'deep/signatures')) },
  { name: 'in memory', make: () => new MemorySignatureCache() },
];

describe.each(caches)('a signature cache $name', ({ make }) => {
  it('keeps signatures by key and signed bytes', async () => {
    const cache = make();
    expect(await cache.find(one, digestOf('x'))).toBeUndefined();
    await cache.keep(one, digestOf('x'), Buffer.from('first'));
    await cache.keep(one, digestOf('x'), Buffer.from('second'));
    expect(Buffer.from((await cache.find(one, digestOf('x'))) ?? '').toString()).toBe('second');
    expect(await cache.find(two, digestOf('x'))).toBeUndefined();
    expect(await cache.find(one, digestOf('y'))).toBeUndefined();
  });
});

describe('FsSignatureCache', () => {
  it('leaves no halves behind, and does not read what is far too large', async () => {
    const cache = new FsSignatureCache(folder);
    await cache.keep(one, digestOf('x'), Buffer.from('first'));
    const [name = ''] = await readdir(join(folder, one));
    expect(await readdir(join(folder, one))).toEqual([name]);
    await writeFile(join(folder, one, name), Buffer.alloc(2 ** 20 + 1));
    expect(await cache.find(one, digestOf('x'))).toBeUndefined();
  });

  it('does not fail where it cannot write', async () => {
    await writeFile(join(folder, 'file'), '');
    const cache = new FsSignatureCache(join(folder, 'file'));
    await cache.keep(one, digestOf('x'), Buffer.from('first'));
    expect(await cache.find(one, digestOf('x'))).toBeUndefined();
  });

  it('takes no path for a fingerprint', async () => {
    await expect(
      new FsSignatureCache(folder).keep('../x', digestOf('x'), Buffer.from('')),
    ).rejects.toThrow(RangeError);
  });
});
