import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publicKeyHint } from './public-key-hint.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-hint-'));
  await writeFile(join(folder, 'a.pub'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['a.key', 'a.pub'],
  ['a', 'a.pub'],
  ['b.key', undefined],
])('%s: %s', async (key, expected) => {
  expect(await publicKeyHint(join(folder, key))).toBe(
    expected === undefined ? '<your public key>' : join(folder, expected),
  );
});
