import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-make-folder-'));
  await writeFile(join(folder, 'file'), '');
  await symlink('nowhere', join(folder, 'dangling'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('makes what is missing, whoever else makes it at the same time, and leaves what is there', async () => {
  const path = join(folder, 'a', 'b', 'c');
  await Promise.all([makeFolder(path), makeFolder(path), makeFolder(join(folder, 'a', 'd'))]);
  await makeFolder(path);
  for (const each of [path, join(folder, 'a', 'd')])
    expect((await stat(each)).isDirectory()).toBe(true);
});

it.each([
  ['file', 'EEXIST'],
  ['file/below', 'ENOTDIR'],
  ['dangling', 'EEXIST'],
])('fails at %s with %s', async (name, code) => {
  await expect(makeFolder(join(folder, name))).rejects.toMatchObject({ code });
});

it.skipIf(process.platform !== 'linux')('ends below a folder that takes nothing', () => {
  // In a process of its own: one that tries for ever cannot be stopped from inside.
  const module = pathToFileURL(join(import.meta.dirname, 'output-folder.ts')).href;
  const script = `const { FsOutputFolder } = await import(${JSON.stringify(module)});
    await new FsOutputFolder('/proc/none/a').create('b').catch((error) => console.log(error.code));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  expect(said).toBe('OUTPUT_NOT_WRITABLE\n');
});
