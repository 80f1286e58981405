import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../support/run.ts';
import {
  applyEvent,
  describeAll,
  describeFinished,
  describeRunning,
  formatDuration,
  type ProgressState,
  rateOf,
} from './progress-state.ts';

const mebibyte = 1024 * 1024;

function stateAfter(...events: readonly (readonly [number, ProgressEvent])[]): ProgressState {
  let state: ProgressState = new Map();
  for (const [at, event] of events) state = applyEvent(state, event, at);
  return state;
}

function stepOf(state: ProgressState, id: string) {
  const step = state.get(id);
  if (step === undefined) throw new Error(`no step ${id}`);
  return step;
}

const started = {
  kind: 'step-started',
  step: 'a',
  title: 'Pack vllm',
  totalBytes: 100 * mebibyte,
} as const;
const moved = (bytes: number) => ({ kind: 'step-progress', step: 'a', bytes }) as const;

describe('a running step', () => {
  it.each([
    {
      name: 'before the first byte: its title',
      events: [[0, started]],
      now: 900,
      line: 'Pack vllm',
    },
    {
      name: 'with bytes, rate and time left',
      events: [
        [0, started],
        [1000, moved(25 * mebibyte)],
      ],
      now: 1000,
      line: 'Pack vllm  25.0 MiB of 100.0 MiB, 25.0 MiB/s, 3 s left',
    },
    {
      name: 'without a known end: no time left',
      events: [
        [0, { kind: 'step-started', step: 'a', title: 'Read' }],
        [1000, moved(mebibyte)],
      ],
      now: 1000,
      line: 'Read  1.0 MiB, 1.0 MiB/s',
    },
    {
      name: 'that moved more than was promised: no total',
      events: [
        [0, { ...started, totalBytes: 10 }],
        [1000, moved(20)],
      ],
      now: 1000,
      line: 'Pack vllm  20 B, 20 B/s',
    },
    {
      name: 'too early for a rate',
      events: [
        [0, started],
        [100, moved(mebibyte)],
      ],
      now: 100,
      line: 'Pack vllm  1.0 MiB of 100.0 MiB',
    },
  ] satisfies {
    name: string;
    events: (readonly [number, ProgressEvent])[];
    now: number;
    line: string;
  }[])('$name', ({ events, now, line }) => {
    expect(describeRunning(stepOf(stateAfter(...events), 'a'), now)).toBe(line);
  });

  it('follows a line that gets slower: the rate is that of the last seconds', () => {
    const fast = Array.from(
      { length: 10 },
      (_, i) => [i * 1000, moved(i * 10 * mebibyte)] as const,
    );
    const slow = Array.from(
      { length: 10 },
      (_, i) => [10_000 + i * 1000, moved(90 * mebibyte + i * mebibyte)] as const,
    );
    const step = stepOf(stateAfter([0, started], ...fast, ...slow), 'a');
    expect(rateOf(step, 19_000)).toBeCloseTo(mebibyte, -3);
  });

  it('learns its end when that became known on the way', () => {
    const learnt = {
      kind: 'step-progress',
      step: 'a',
      bytes: mebibyte,
      totalBytes: 4 * mebibyte,
    } as const;
    const step = stepOf(
      stateAfter(
        [0, { kind: 'step-started', step: 'a', title: 'Read' }],
        [100, learnt],
        [200, moved(2 * mebibyte)],
      ),
      'a',
    );
    expect(describeRunning(step, 200)).toBe('Read  2.0 MiB of 4.0 MiB');
  });

  it('says what it does, and counts each phase for itself', () => {
    const inPhase = (bytes: number, phase: string, totalBytes?: number) =>
      ({
        ...moved(bytes * mebibyte),
        phase,
        ...(totalBytes === undefined ? {} : { totalBytes: totalBytes * mebibyte }),
      }) as const;
    const writing = [
      [0, { kind: 'step-started', step: 'a', title: 'vllm' }],
      [1000, inPhase(10, 'writing', 20)],
      [2000, inPhase(20, 'writing', 20)],
    ] as const;
    expect(describeRunning(stepOf(stateAfter(...writing), 'a'), 2000)).toBe(
      'vllm  writing 20.0 MiB of 20.0 MiB, 10.0 MiB/s, 0 s left',
    );
    const verifying = stateAfter(...writing, [3000, inPhase(30, 'verifying')]);
    expect(describeRunning(stepOf(verifying, 'a'), 3000)).toBe('vllm  verifying 30.0 MiB');
    const known = stateAfter([0, started], [100, inPhase(1, 'writing')]);
    expect(describeRunning(stepOf(known, 'a'), 100)).toBe(
      'Pack vllm  writing 1.0 MiB of 100.0 MiB',
    );
  });

  it('starts its rate again when it reads what it wrote', () => {
    const step = stepOf(
      stateAfter([0, started], [1000, moved(100 * mebibyte)], [1100, moved(mebibyte)]),
      'a',
    );
    expect(rateOf(step, 1200)).toBeUndefined();
    expect(describeRunning(step, 1200)).toBe('Pack vllm  1.0 MiB of 100.0 MiB');
  });

  it.each([
    [80, 'archive gpu/uds-bundle.tar.zst  1.0 MiB of 4.0 MiB'],
    [40, 'archiv…undle.tar.zst  1.0 MiB of 4.0 MiB'],
    [20, 'arc….tar.zst  1.0 MiB of 4.0 MiB'],
  ])('keeps the figures in %s columns, and shortens the title', (columns, line) => {
    const step = {
      step: 'a',
      title: 'archive gpu/uds-bundle.tar.zst',
      bytes: 2 ** 20,
      totalBytes: 2 ** 22,
      startedAt: 0,
      samples: [],
    };
    expect(describeRunning(step, 0, columns)).toBe(line);
  });

  it('keeps few samples however many events come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(400), fc.nat(10 * mebibyte)), { maxLength: 200 }),
        (steps) => {
          let at = 0;
          let bytes = 0;
          let state = stateAfter([0, started]);
          for (const [wait, more] of steps) {
            at += wait;
            bytes += more;
            state = applyEvent(state, moved(bytes), at);
          }
          const step = stepOf(state, 'a');
          expect(step.samples.length).toBeLessThanOrEqual(22);
          expect(step.bytes).toBe(bytes);
          expect(rateOf(step, at) ?? 1).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe('a finished step', () => {
  it.each([
    { outcome: 'done', at: 300, line: 'Pack vllm  done' },
    { outcome: 'reused', at: 300, line: 'Pack vllm  reused' },
    {
      outcome: 'failed',
      at: 4000,
      note: 'disk full',
      line: 'Pack vllm  failed, 1.0 MiB in 4 s: disk full',
    },
    {
      outcome: 'skipped',
      at: 4000,
      note: 'needs image x',
      line: 'Pack vllm  skipped: needs image x',
    },
  ] as const)('$outcome after $at ms', ({ line, at, ...end }) => {
    const state = stateAfter(
      [0, started],
      [100, moved(mebibyte)],
      [at, { kind: 'step-finished', step: 'a', ...end }],
    );
    expect(describeFinished(stepOf(state, 'a'))).toBe(line);
  });

  it('is left alone by late progress, and may never have begun', () => {
    const done = { kind: 'step-finished', step: 'a', outcome: 'done' } as const;
    const state = stateAfter([0, done], [1, moved(5)]);
    expect(stepOf(state, 'a')).toMatchObject({
      title: 'a',
      bytes: 0,
      finished: { outcome: 'done' },
    });
  });
});

describe('all steps in one line', () => {
  it('names the oldest that runs and counts the others', () => {
    const state = stateAfter(
      [0, started],
      [0, { kind: 'step-started', step: 'b', title: 'Sign' }],
      [0, { kind: 'note', message: 'x' }],
    );
    expect(describeAll(state, 8000)).toBe('Pack vllm  8 s (and 1 more)');
  });

  it('is nothing when nothing runs', () => {
    expect(
      describeAll(
        stateAfter([0, started], [9, { kind: 'step-finished', step: 'a', outcome: 'done' }]),
        9,
      ),
    ).toBeUndefined();
  });
});

it.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [59_600, '1 min 00 s'],
  [125_000, '2 min 05 s'],
  [4_800_000, '1 h 20 min'],
  [-5, '0 s'],
])('%d ms reads %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
