import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparedRevisionIn, programOnPath } from './wire-source.ts';

const run = { signal: new AbortController().signal };
const git = await programOnPath('git');
let top = '';

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'cowa-dirty-'));
});
afterAll(() => rm(top, { recursive: true, force: true }));

describe.skipIf(git === undefined)('the commit of definitions', () => {
  it('is told with whether anything differs from it, what this program writes left aside', async () => {
    const call = (...args: readonly string[]) =>
      execFileSync('git', ['-C', top, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args]);
    await mkdir(join(top, 'release'));
    const definition = join(top, 'release/cowa-release.yaml');
    await writeFile(definition, 'a: 1\n');
    call('init', '-q');
    call('add', '.');
    call('commit', '-qm', 'a');
    const dirty = async (program: string | undefined = git) => {
      const written = [join(top, 'release/dist')];
      return (await comparedRevisionIn(join(top, 'release'), program, written, run))?.dirty;
    };
    expect(await dirty()).toBe(false);
    await mkdir(join(top, 'release/dist'));
    await writeFile(join(top, 'release/dist/a.tar.zst'), 'made');
    expect(await dirty()).toBe(false);
    await writeFile(join(top, 'beside.yaml'), 'not known to git');
    expect(await dirty()).toBe(true);
    await rm(join(top, 'beside.yaml'));
    await writeFile(definition, 'a: 2\n');
    expect(await dirty()).toBe(true);
    await expect(dirty(join(top, 'no-git'))).rejects.toMatchObject({ code: 'GIT_FAILED' });
    expect((await comparedRevisionIn(join(top, 'release'), undefined, [], run))?.dirty).toBe(
      undefined,
    );
  });
});
