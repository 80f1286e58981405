import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notBuilt } from '../support/built-program.ts';
import { builtRelease } from '../support/one-image-release.ts';

const program = join(import.meta.dirname, '../../bin/run.js');
let folder = '';
const at = (...path: readonly string[]): string => join(folder, ...path);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-first-signs-'));
  for (const name of ['a', 'app', 'bin']) await mkdir(at(name));
  await writeFile(at('cowa-release.yaml'), builtRelease("'ex.com/team/a:1': { context: a }"));
  await writeFile(
    at('app/zarf.yaml'),
    `kind: ZarfPackageConfig
metadata: { name: app, version: 1.0.0 }
components: [{ name: main, required: true, images: ['ex.com/team/a:1'] }]
`,
  );
  await writeFile(at('a/Containerfile'), 'FROM scratch\n');
  await writeFile(at('bin/buildah'), '#!/bin/sh\nsleep 600\n', { mode: 0o755 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the program says until it said all of these, in this order; then it is stopped. */
async function saidUntil(...wanted: readonly RegExp[]): Promise<string> {
  const words = ['images', 'build', '--engine', 'buildah', '-f', at('cowa-release.yaml')];
  const child = spawn(process.execPath, [program, ...words, '--cache-dir', at('cache')], {
    env: { ...process.env, PATH: `${at('bin')}:${process.env['PATH']}`, NO_COLOR: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const left = [...wanted];
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    while (left[0]?.test(said)) left.shift();
    if (left.length === 0) child.kill('SIGTERM');
  });
  await ended;
  expect(left, said).toEqual([]);
  return said;
}

describe.skipIf(notBuilt !== undefined)(
  `images build says what it waits for${notBuilt === undefined ? '' : ` (skipped: ${notBuilt})`}`,
  () => {
    it('an engine that does not answer, by its name and again and again', async () => {
      const said = await saidUntil(/^Wait for buildah/m, /^Wait for buildah .* \d+ s/m);
      expect(said).toContain('Build ex.com/team/a:1 (context 1 file, 13 B)');
    });

    it('a large context, by its size before it is read, and by bytes and rate meanwhile', async () => {
      await writeFile(at('a/weights'), '');
      await truncate(at('a/weights'), 400 * 2 ** 30);
      await saidUntil(
        /^Read the context of ex.com\/team\/a:1: 2 files, 400\.0 GiB$/m,
        /^Read the context .* of 400\.0 GiB, .*B\/s, .* left/m,
      );
    });
  },
);
