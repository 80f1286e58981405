import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MemoryWorkspace } from '../adapters/memory/workspace.ts';
import { checkPayload, requireLockedFiles } from './check-payloads.ts';

const run = { signal: new AbortController().signal };
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const folder = {
  package: 'llm',
  source: '.model/',
  path: 'weights',
  sha256: { 'a.bin': sha('a'), 'sub/b.bin': sha('b') },
};
const single = { ...folder, path: 'weights/a.bin', sha256: sha('a') };
const whole = { 'weights/a.bin': 'a', 'weights/sub/b.bin': 'b' };

describe('a payload', () => {
  it.each([
    { name: 'a folder', payload: folder, paths: ['weights/a.bin', 'weights/sub/b.bin'] },
    { name: 'a file', payload: single, paths: ['weights/a.bin'] },
  ])('$name that is as promised gives its files, sorted', async ({ payload, paths }) => {
    const files = await checkPayload(payload, '', new MemoryWorkspace(whole), run);
    expect(files.map(({ path }) => path)).toEqual(paths);
  });

  it.each([
    { name: 'the folder is not there', files: { x: '' }, payload: folder, code: 'PAYLOAD_MISSING' },
    { name: 'the file is not there', files: { x: '' }, payload: single, code: 'PAYLOAD_MISSING' },
    {
      name: 'a promised file is not there',
      files: { 'weights/a.bin': 'a' },
      payload: folder,
      code: 'PAYLOAD_MISSING',
    },
    {
      name: 'a file is there that nobody promised',
      files: { ...whole, 'weights/c': '' },
      payload: folder,
      code: 'PAYLOAD_MISMATCH',
    },
    {
      name: 'a file has other bytes',
      files: { ...whole, 'weights/sub/b.bin': 'B' },
      payload: folder,
      code: 'PAYLOAD_MISMATCH',
    },
  ])('is refused where $name: $code', async ({ files, payload, code }) => {
    await expect(checkPayload(payload, '', new MemoryWorkspace(files), run)).rejects.toMatchObject({
      code,
      exitCode: 3,
    });
  });
});

it('a payload that differs from the lock is PAYLOAD_MISMATCH', () => {
  const file = { path: 'a', sha256: sha('a'), size: 1 };
  expect(() => requireLockedFiles([file], [file])).not.toThrow();
  for (const locked of [[], [{ ...file, sha256: sha('b') }], [{ ...file, size: 2 }]]) {
    expect(() => requireLockedFiles([file], locked)).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_MISMATCH' }),
    );
  }
});
