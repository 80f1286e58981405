import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readResults } from './attached-results.ts';

let folder = '';
let path = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'results-'));
  path = join(folder, 'unit.json');
  await writeFile(path, '{"result":"PASSED"}');
});
afterAll(() => rm(folder, { recursive: true }));

it('reads results by name', async () => {
  const [first, second] = await readResults([`unit=${path}`, `load-2=${path}`]);
  expect([first?.fileName, second?.fileName]).toEqual(['result-unit.json', 'result-load-2.json']);
});

it.each([['unit'], ['=x'], ['Unit=x'], ['a/b=x'], ['unit=']])('refuses %s', async (text) => {
  await expect(readResults([text])).rejects.toMatchObject({ code: 'ATTACH_RESULT_NAME' });
});

it('refuses two of one name, and files that are not there', async () => {
  await expect(readResults([`a=${path}`, `a=${path}`])).rejects.toMatchObject({
    code: 'ATTACH_RESULT_NAME',
  });
  await expect(readResults([`a=${path}.gone`])).rejects.toMatchObject({
    code: 'WORKSPACE_MISSING',
  });
});
