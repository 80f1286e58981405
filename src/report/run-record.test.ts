import { describe, expect, it } from 'vitest';
import { aRunContext } from '../../test/support/a-run.ts';
import { compareRuns } from './compare-runs.ts';
import { renderMetrics } from './render-metrics.ts';
import {
  parseRunRecord,
  type RunRecord,
  type RunStep,
  renderRunRecord,
  toBegunRecord,
  toRunRecord,
} from './run-record.ts';
import { lastSuchRun, toRunStatistics } from './run-statistics.ts';

const aStep = (id: string, outcome: RunStep['outcome'], durationMs: number): RunStep => ({
  id,
  outcome,
  startedMs: 0,
  durationMs,
  bytes: 100,
  counts: { cacheHits: 3, cacheMisses: 1, requests: 4, failedRequests: 1 },
});

function aRun(
  id: string,
  durationMs: number,
  steps: readonly RunStep[],
  change: Partial<RunRecord> = {},
): RunRecord {
  const record = toRunRecord({ ...aRunContext, id }, steps, {
    durationMs,
    outputs: [{ flavor: 'cpu', name: 'a.tar.zst', digest: `sha256:${id}`, size: 7, reused: false }],
    usage: { cpuMs: 5, peakMemoryBytes: 6 },
  });
  return { ...record, ...change };
}

const good = aRun('1', 1000, [aStep('a', 'done', 800), aStep('b', 'reused', 1)]);
const better = aRun('2', 500, [aStep('a', 'done', 200), aStep('b', 'reused', 1)]);
const bad = aRun('3', 50, [aStep('a', 'failed', 40), aStep('b', 'skipped', 0)]);
const half = aRun('4', 70, [aStep('a', 'partial', 60), aStep('b', 'done', 5)]);

describe('toRunRecord', () => {
  it.each([
    ['done', good],
    ['failed', bad],
    ['partial', half],
    [
      'interrupted',
      toRunRecord(aRunContext, bad.steps, { durationMs: 1, outputs: [], interrupted: true }),
    ],
    [
      'failed',
      toRunRecord(aRunContext, [], {
        durationMs: 1,
        outputs: [],
        error: { code: 'X', message: 'behind the steps' },
      }),
    ],
    ['running', toBegunRecord(aRunContext)],
  ])('a run that is %s', (outcome, record) => {
    expect(record.outcome).toBe(outcome);
    expect(parseRunRecord(renderRunRecord(record))).toEqual(record);
  });

  it('sums up what its steps did', () => {
    expect(good.totals).toMatchObject({
      steps: { done: 1, reused: 1, partial: 0, failed: 0, skipped: 0 },
      bytes: 200,
      counts: { cacheHits: 6, cacheMisses: 2, requests: 8, failedRequests: 2, retries: 0 },
    });
  });

  it.each([
    '',
    '{}',
    '[]',
    'null',
    '{"schema":"cowa-release/run/v1"}',
    '{"schema":"cowa-release/run/v2"}',
  ])('does not take %s for a record', (text) => expect(parseRunRecord(text)).toBeUndefined());
});

describe('toRunStatistics', () => {
  it('says nothing of what there is no record of', () => {
    expect(toRunStatistics([])).toMatchObject({
      successRate: null,
      averageMs: null,
      cacheHitRate: null,
      registrySuccessRate: null,
    });
  });

  it('counts partial and killed runs as no success, and leaves those out that were stopped', () => {
    const killed = { ...toBegunRecord(aRunContext), outcome: 'killed' as const };
    const stopped = { ...toBegunRecord(aRunContext), outcome: 'interrupted' as const };
    const running = toBegunRecord(aRunContext);
    const all = [good, better, bad, half, killed, stopped, running];
    expect(toRunStatistics(all)).toMatchObject({
      runs: { done: 2, partial: 1, failed: 1, killed: 1, interrupted: 1, running: 1 },
      successRate: 2 / 5,
      averageMs: 750,
      fastestMs: 500,
      slowestMs: 1000,
      cacheHitRate: 0.75,
      registrySuccessRate: 0.75,
      outputs: [{ name: 'a.tar.zst', made: 4, averageSize: 7, digests: 4 }],
    });
    expect(toRunStatistics(all).steps).toEqual([
      { id: 'a', tried: 4, successRate: 0.5, averageMs: 500 },
      { id: 'b', tried: 1, successRate: 1, averageMs: 5 },
    ]);
  });

  it('finds the last run of the same kind that was done', () => {
    const other = { ...better, release: { ...better.release, flavors: ['cpu', 'gpu'] } };
    const build = { ...better, command: 'images build' };
    expect(lastSuchRun([good, bad, half, other, build], good)).toBe(good);
    expect(lastSuchRun([bad, half, other, build], good)).toBeUndefined();
  });
});

describe('compareRuns', () => {
  it('puts the largest difference first and names what was not the same', () => {
    const after = { ...better, jobs: 4, machine: { ...better.machine, node: '27.0.0' } };
    expect(compareRuns(good, after)).toMatchObject({
      durationMs: { before: 1000, after: 500 },
      cacheHitRate: { before: 0.75, after: 0.75 },
      steps: [{ id: 'a', durationMs: { before: 800, after: 200 } }],
      outputs: [{ name: 'cpu/a.tar.zst', result: 'other bytes' }],
      conditions: ['node: 26.0.0, then 27.0.0', 'steps at once: 2, then 4'],
    });
    expect(compareRuns(good, good)).toMatchObject({
      steps: [],
      outputs: [{ result: 'same bytes' }],
      conditions: [],
    });
    expect(compareRuns(good, { ...good, outputs: [] }).outputs).toMatchObject([
      { result: 'only before' },
    ]);
  });
});

describe('renderMetrics', () => {
  it('writes what Prometheus reads', () => {
    const odd = aRun('1', 1500, [aStep('image "a\\b"\nc', 'done', 1)]);
    const text = renderMetrics(odd);
    expect(text).toContain(
      'cowa_run_duration_seconds{command="assemble",release="demo",flavors="cpu"} 1.5\n',
    );
    expect(text).toContain('cowa_run_success{command="assemble",release="demo",flavors="cpu"} 1\n');
    expect(text).toContain(',step="image \\"a\\\\b\\"\\nc",outcome="done"} 0.001\n');
    expect(text.endsWith('\n')).toBe(true);
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(
        /^(# (HELP|TYPE) cowa_[a-z_]+ .+|cowa_[a-z_]+\{([a-z]+="([^"\\\n]|\\[\\"n])*",?)+\} [0-9.e+-]+)$/,
      );
    expect(renderMetrics(half)).toContain(
      'cowa_run_success{command="assemble",release="demo",flavors="cpu"} 0\n',
    );
  });
});
