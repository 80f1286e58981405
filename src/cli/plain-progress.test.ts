import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { plainProgress } from './plain-progress.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function open() {
  const lines: string[] = [];
  const progress = plainProgress({
    write: (line) => lines.push(line),
    now: () => Date.now(),
    intervalMs: 3000,
    firstSignMs: 700,
  });
  return { lines, progress };
}

describe('progress in plain lines', () => {
  it('says that it lives within a second, when no step did', async () => {
    const { lines, progress } = open();
    vi.advanceTimersByTime(699);
    expect(lines).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(lines).toEqual(['Working']);
    await progress.end(true);
  });

  it('writes when a step begins and ends, notes as they come, and one line every few seconds', async () => {
    const { lines, progress } = open();
    progress.onProgress({ kind: 'step-started', step: 'a', title: 'Read', totalBytes: 6144 });
    progress.onProgress({ kind: 'step-progress', step: 'a', bytes: 1024 });
    progress.onProgress({ kind: 'note', message: 'second try' });
    vi.advanceTimersByTime(3000);
    progress.onProgress({ kind: 'step-progress', step: 'a', bytes: 3072 });
    vi.advanceTimersByTime(3000);
    progress.onProgress({ kind: 'step-finished', step: 'a', outcome: 'done' });
    vi.advanceTimersByTime(9000);
    await progress.end(true);
    expect(lines).toEqual([
      'Read',
      'second try',
      'Read  1.0 KiB of 6.0 KiB, 341 B/s, 15 s left',
      'Read  3.0 KiB of 6.0 KiB, 512 B/s, 6 s left',
      'Read  done, 3.0 KiB in 6 s',
    ]);
  });

  it('says how far the whole run is, and what the last time lets expect', async () => {
    const { lines, progress } = open();
    progress.onProgress({ kind: 'expected', durationMs: 5_000 });
    progress.onProgress({ kind: 'planned', steps: 3 });
    progress.onProgress({ kind: 'step-started', step: 'a', title: 'Fetch' });
    progress.onProgress({ kind: 'step-finished', step: 'a', outcome: 'done' });
    progress.onProgress({ kind: 'step-started', step: 'b', title: 'Pack' });
    progress.onProgress({ kind: 'step-started', step: 'c', title: 'Wait', aside: true });
    progress.onProgress({ kind: 'step-finished', step: 'c', outcome: 'done' });
    vi.advanceTimersByTime(6_000);
    await progress.end(true);
    expect(lines.slice(5)).toEqual([
      'Pack  3 s; 1 of 3 steps, about 2 s to go by the last time',
      'Pack  6 s; 1 of 3 steps, longer than the last time',
    ]);
  });

  it('is silent after its end', async () => {
    const { lines, progress } = open();
    progress.onProgress({ kind: 'step-started', step: 'a', title: 'Read' });
    await progress.end(false);
    vi.advanceTimersByTime(60_000);
    expect(lines).toEqual(['Read']);
  });
});
