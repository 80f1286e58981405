import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { thisMachine } from './this-machine.ts';

const run = { signal: new AbortController().signal };
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-machine-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function program(script: string, mode = 0o755): Promise<string> {
  const path = join(folder, 'tool');
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode });
  return path;
}

describe('the first line of a named program', () => {
  it('is what it says, and nothing of ours reaches it', async () => {
    const path = await program('echo "v1.2.3 $1 $HOME"; echo more');
    expect(await thisMachine().firstLine(path, ['version'], run)).toBe(
      'v1.2.3 version /nonexistent',
    );
  });

  it.each([
    ['is not there', 'nowhere', 'PROGRAM_MISSING'],
    ['may not be run', 'plain', 'PROGRAM_MISSING'],
    ['fails', 'failing', 'PROGRAM_FAILED'],
    ['says nothing', 'silent', 'PROGRAM_FAILED'],
  ])('is an error of a program that %s', async (_, kind, code) => {
    const path =
      kind === 'nowhere'
        ? join(folder, 'nothing-here')
        : kind === 'plain'
          ? await program('echo v1', 0o644)
          : await program(kind === 'failing' ? 'echo broken >&2; exit 3' : 'exit 0');
    await expect(thisMachine().firstLine(path, [], run)).rejects.toMatchObject({ code });
  });
});
