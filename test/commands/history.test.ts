import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadProgram } from '../../src/cli/load-program.ts';
import Assemble from '../../src/commands/assemble.ts';
import History from '../../src/commands/history.ts';
import { schemaFaults } from '../support/closed-schema.ts';
import { oneImagePackage, oneImageRelease } from '../support/one-image-release.ts';
import { writeBelow } from '../support/write-below.ts';

const config = await loadProgram({ root: join(import.meta.dirname, '../..'), source: true });
let folder = '';
const at = (...parts: readonly string[]) => join(folder, ...parts);

async function assemble(...flags: readonly string[]) {
  process.exitCode = 0;
  const done = await captureOutput(() =>
    Assemble.run(
      [
        ...['-f', at('cowa-release.yaml'), '--flavor', 'cpu', '--out', at('dist')],
        ...['--cache-dir', at('cache'), '--insecure-unsigned', '--skip-sbom', ...flags],
      ],
      config,
    ),
  );
  return { ...done, exitCode: process.exitCode ?? 0 };
}

async function history(...argv: readonly string[]) {
  const { stdout, error } = await captureOutput(() =>
    History.run([...argv, '--cache-dir', at('cache'), '--output', 'json'], config),
  );
  if (error !== undefined) throw error;
  const result = JSON.parse(stdout);
  const name = `${result.schema.split('/')[1]}-result`;
  expect(schemaFaults(name, result)).toEqual([]);
  return result;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-history-'));
  await writeBelow(folder, {
    'cowa-release.yaml': oneImageRelease({ packages: ['one', 'two'] }),
    'api.txt': 'api',
    'one/zarf.yaml': oneImagePackage('one'),
    'two/zarf.yaml': oneImagePackage('two'),
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => {
  process.exitCode = 0;
});

describe('history', () => {
  it('knows nothing before the first run, and says so', async () => {
    expect(await history()).toMatchObject({ runs: [], statistics: { successRate: null } });
    const { stdout } = await captureOutput(() => History.run(['--cache-dir', at('cache')], config));
    expect(stdout).toContain('no record of a run');
  });

  it('records every run, says what the last one took, and compares', async () => {
    const first = await assemble('--metrics', at('cowa.prom'));
    expect(first.exitCode).toBe(0);
    expect(first.stderr).toContain('No record yet of such a run');
    const second = await assemble();
    expect(second.stderr).toMatch(/Last time \d+ s: \d+ steps done, \d+ reused/);
    const listed = await history();
    expect(listed.runs).toHaveLength(2);
    expect(listed.statistics).toMatchObject({ successRate: 1, runs: { done: 2 } });
    const run = JSON.parse(await readFile(at('dist/cpu/run.json'), 'utf8'));
    expect(schemaFaults('run-report', run)).toEqual([]);
    expect(run.id).toBe(listed.runs[1].id);
    expect(run.steps.length).toBeGreaterThan(4);
    const { comparison } = await history('previous', 'latest');
    expect(comparison.outputs.map(({ result }: { result: string }) => result)).toEqual([
      'same bytes',
      'same bytes',
    ]);
    expect(comparison.cacheHitRate.after).toBe(1);
    const shown = await history('latest');
    expect(shown.run.totals.peakMemoryBytes).toBeGreaterThan(2 ** 20);
    expect(shown.run.outputs).toHaveLength(2);
    const metrics = await readFile(at('cowa.prom'), 'utf8');
    expect(metrics).toContain(
      'cowa_run_success{command="assemble",release="small",flavors="cpu"} 1',
    );
  });

  it('a step that fails does not stop the others, all of it is recorded, and it is no success', async () => {
    const missing = oneImagePackage('two', 'registry.example.com/small/none:1');
    await writeBelow(folder, { 'two/zarf.yaml': missing });
    const failed = await assemble('--metrics', at('cowa.prom'));
    expect(failed.exitCode).toBe(3);
    expect(failed.stdout).toContain('FAILED image registry.example.com/small/none:1');
    const listed = await history();
    expect(listed.statistics).toMatchObject({ runs: { done: 2, failed: 1 } });
    expect(listed.statistics.successRate).toBeCloseTo(2 / 3);
    const { run } = await history('latest');
    expect(run.steps).toContainEqual(
      expect.objectContaining({ id: 'archive cpu/zarf-package-one-amd64-1.0.0.tar.zst' }),
    );
    expect(run.steps).toContainEqual(
      expect.objectContaining({
        id: 'image registry.example.com/small/none:1',
        outcome: 'failed',
        error: expect.objectContaining({ code: 'IMAGE_NOT_FOUND' }),
      }),
    );
    expect(await readFile(at('cowa.prom'), 'utf8')).toContain(
      'cowa_run_success{command="assemble",release="small",flavors="cpu"} 0',
    );
  });

  it('best effort that fails leaves the run partial: exit code 5, and no success', async () => {
    const release = oneImageRelease({ packages: ['one', 'two'] });
    await writeBelow(folder, {
      'cowa-release.yaml': `${release}steps: [{ step: 'image *none*', bestEffort: true, timeoutMinutes: 1 }]\n`,
    });
    const partial = await assemble();
    expect(partial.exitCode).toBe(5);
    expect(partial.stdout).toMatch(/^PARTIAL {2}small 1\.0\.0 amd64: best effort/);
    expect((await history('latest')).run.outcome).toBe('partial');
    expect((await history()).statistics.successRate).toBe(0.5);
  });

  it('a run that is stopped before its steps is recorded with its reason', async () => {
    const refused = await assemble('--metrics', at('nowhere/cowa.prom'));
    expect(refused.error).toMatchObject({ code: 'METRICS_UNWRITABLE', exitCode: 4 });
    expect((await history()).runs).toHaveLength(4);
  });

  it('refuses names of no run, or of several', async () => {
    await expect(history('20991231')).rejects.toMatchObject({ code: 'HISTORY_RUN_UNKNOWN' });
    await expect(history('20')).rejects.toMatchObject({ code: 'HISTORY_RUN_UNKNOWN' });
  });

  it('says it in words', async () => {
    const say = async (...argv: readonly string[]) =>
      (await captureOutput(() => History.run([...argv, '--cache-dir', at('cache')], config)))
        .stdout;
    expect(await say()).toContain('success  50.0 % of those that ended by themselves');
    expect(await say('latest')).toContain('Error [IMAGE_NOT_FOUND]');
    expect(await say('previous', 'latest')).toContain('time ');
  });
});
