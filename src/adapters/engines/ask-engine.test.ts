import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../support/run.ts';
import { askEngine } from './ask-engine.ts';

let folder = '';
let events: ProgressEvent[] = [];
const run = {
  signal: new AbortController().signal,
  onProgress: (event: ProgressEvent) => void events.push(event),
};

/** Asks an engine that does this, with patience for so many milliseconds. */
async function ask(does: string, tellMs: number, endMs: number) {
  events = [];
  const program = join(folder, 'engine');
  await writeFile(program, `#!/bin/sh\n${does}\n`);
  await chmod(program, 0o755);
  return askEngine({ program, args: ['--version'], title: 'buildah' }, run, { tellMs, endMs });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-ask-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(process.platform === 'win32')('an engine that is asked who it is', () => {
  it('and answers at once is not spoken of', async () => {
    expect(await ask('echo I am', 60_000, 60_000)).toMatchObject({ code: 0, stdout: 'I am\n' });
    expect(events).toEqual([]);
  });

  it('and is silent is told as what is waited for, then given up by the command that hung', async () => {
    await expect(ask('sleep 60', 1, 300)).rejects.toMatchObject({
      code: 'ENGINE_TIMEOUT',
      exitCode: 4,
      message: `buildah did not answer within 0.3 seconds: ${join(folder, 'engine')} --version`,
      suggestions: [expect.stringContaining('by hand'), expect.stringContaining('--engine')],
    });
    const step = 'engine buildah';
    const title = 'Wait for buildah to answer, for 0.3 seconds at most';
    expect(events).toEqual([
      { kind: 'step-started', step, title, aside: true },
      { kind: 'step-finished', step, outcome: 'failed' },
    ]);
  });
});
