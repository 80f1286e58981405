import { expect, it } from 'vitest';
import { toRunRecord } from '../report/run-record.ts';
import { renderHistory } from './render-history.ts';

const run = toRunRecord(
  {
    id: '2026-11-20T08:00:00Z-1',
    command: 'images build',
    release: {
      name: 'a-release',
      version: '1.2.3',
      architecture: 'amd64',
      flavors: ['cpu', 'gpu'],
    },
    jobs: 2,
    startedAt: '2026-11-20T08:00:00Z',
    program: { name: 'cowa-release', version: '0.1.0' },
    machine: { platform: 'linux/x64', processors: 2, memoryBytes: 1, node: '26.10.0' },
  },
  [],
  { durationMs: 1000, outputs: [], usage: { cpuMs: 1, peakMemoryBytes: 1 }, interrupted: false },
);
const result = { schema: 'cowa-release/history-run/v1', cache: '/c', run } as const;

it('says that nothing was asked, in place of counts of nothing', () => {
  const text = renderHistory(result, Number.POSITIVE_INFINITY);
  expect(text).toContain('0 B moved; the cache was asked for nothing; no registry was asked');
});

it('breaks no word on a narrow screen', () => {
  const whole = renderHistory(result, Number.POSITIVE_INFINITY);
  const narrow = renderHistory(result, 60);
  for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
  expect(narrow.split(/\s+/)).toEqual(whole.split(/\s+/));
});
