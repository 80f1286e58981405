import { describe, expect, it } from 'vitest';
import { InputError } from '../errors/families.ts';
import { limitSteps } from './limit-steps.ts';
import { type GraphStep, runGraph, type StepResult } from './run-graph.ts';

class StepError extends InputError<'STEP_BROKEN'> {}

function aStep(
  id: string,
  needs: readonly string[],
  work: () => Promise<'done' | 'reused'>,
): GraphStep {
  return { id, title: id, needs, work };
}
const signal = new AbortController().signal;
const options = { jobs: 2, now: () => 0 };

describe('runGraph', () => {
  it('runs a step only after everything it needs', async () => {
    const order: string[] = [];
    const note = (id: string) => async () => {
      order.push(id);
      return 'done' as const;
    };
    await runGraph(
      [aStep('c', ['a', 'b'], note('c')), aStep('b', ['a'], note('b')), aStep('a', [], note('a'))],
      options,
      { signal },
    );
    expect(order).toEqual(['a', 'b', 'c']);
  });

  it('never has more than the allowed number at work', async () => {
    let active = 0;
    let most = 0;
    const work = async () => {
      active += 1;
      most = Math.max(most, active);
      await new Promise((resolve) => setTimeout(resolve, 2));
      active -= 1;
      return 'done' as const;
    };
    await runGraph(
      ['a', 'b', 'c', 'd', 'e'].map((id) => aStep(id, [], work)),
      options,
      { signal },
    );
    expect(most).toBe(2);
  });

  it('runs steps that name their memory together only as far as it goes, and one that needs more alone among them', async () => {
    const active = new Map<string, number>();
    let most = 0;
    const beside: string[] = [];
    const step = (id: string, memoryBytes?: number): GraphStep => ({
      ...aStep(id, [], async () => {
        active.set(id, memoryBytes ?? 0);
        const sum = [...active.values()].reduce((total, each) => total + each, 0);
        if (id !== 'giant') most = Math.max(most, sum);
        if (active.has('giant')) beside.push(...active.keys());
        await new Promise((resolve) => setTimeout(resolve, 2));
        active.delete(id);
        return 'done';
      }),
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
    });
    const steps = [step('a', 4), step('b', 4), step('giant', 50), step('c', 4), step('free')];
    const results = await runGraph(steps, { ...options, jobs: 5, memoryBytes: 8 }, { signal });
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(5).fill('done'));
    expect(most).toBe(8);
    expect(new Set(beside)).toEqual(new Set(['giant']));
  });

  it('skips what depends on a failure, names the cause, and finishes the rest', async () => {
    const broken = async () => {
      throw new StepError('STEP_BROKEN', 'broken');
    };
    const fine = async () => 'reused' as const;
    const results = await runGraph(
      [
        aStep('bad', [], broken),
        aStep('x', ['bad'], fine),
        aStep('y', ['x'], fine),
        aStep('ok', [], fine),
      ],
      options,
      { signal },
    );
    expect(results.map((r) => [r.id, r.outcome, r.because ?? r.error?.code])).toEqual([
      ['bad', 'failed', 'STEP_BROKEN'],
      ['x', 'skipped', 'bad'],
      ['y', 'skipped', 'bad'],
      ['ok', 'reused', undefined],
    ]);
  });

  it.each([
    {
      name: 'an unknown need',
      steps: [aStep('a', ['nowhere'], async () => 'done')],
      says: "step 'a' needs unknown step 'nowhere'",
    },
    {
      name: 'a circle',
      says: 'steps need each other: a, b',
      steps: [aStep('a', ['b'], async () => 'done'), aStep('b', ['a'], async () => 'done')],
    },
  ])('refuses $name', async ({ steps, says }) => {
    await expect(runGraph(steps, options, { signal })).rejects.toMatchObject({
      code: 'INTERNAL',
      message: says,
    });
  });

  it('stops when aborted', async () => {
    const abort = new AbortController();
    const graph = runGraph(
      [
        aStep('a', [], async () => {
          abort.abort();
          return 'done';
        }),
        aStep('b', ['a'], async () => 'done'),
      ],
      options,
      { signal: abort.signal },
    );
    await expect(graph).rejects.toThrow(/abort/i);
  });
});

describe('runGraph, measured', () => {
  const moved = (bytes: number, phase?: string) =>
    ({
      kind: 'step-progress',
      step: 'a',
      bytes,
      ...(phase === undefined ? {} : { phase }),
    }) as const;

  it('gives what each step moved and counted, and what it took', async () => {
    let clock = 0;
    const step: GraphStep = {
      ...aStep('a', [], async () => 'done'),
      work: async ({ onProgress }) => {
        clock += 7;
        for (const event of [moved(10), moved(30), moved(20, 'check'), moved(5, 'check')])
          onProgress?.(event);
        onProgress?.({ kind: 'counted', what: 'retries', by: 2 });
        onProgress?.({ kind: 'counted', what: 'retries', by: 1 });
        return 'done';
      },
    };
    const usage = { cpuMs: 3, peakMemoryBytes: 4 };
    const meter = { start: () => () => usage };
    const [result] = await runGraph([step], { jobs: 1, now: () => clock, meter }, { signal });
    expect(result).toEqual({
      id: 'a',
      outcome: 'done',
      startedMs: 0,
      durationMs: 7,
      bytes: 50,
      counts: { retries: 3 },
      usage,
    });
  });

  it('tells of settled steps also where the graph is stopped', async () => {
    const abort = new AbortController();
    const settled: string[] = [];
    const steps = [
      aStep('a', [], async () => 'done'),
      {
        ...aStep('b', ['a'], async () => {
          abort.abort(new Error('enough'));
          throw new StepError('STEP_BROKEN', 'stopped');
        }),
        bestEffort: true,
      },
      aStep('c', ['b'], async () => 'done'),
    ];
    const told = {
      ...options,
      onSettled: ({ id, outcome }: StepResult) => settled.push(`${id} ${outcome}`),
    };
    await expect(runGraph(steps, told, { signal: abort.signal })).rejects.toThrow('enough');
    // What somebody stops is no effort that was allowed to fail.
    expect(settled).toEqual(['a done', 'b failed']);
  });
});

describe('runGraph, in time', () => {
  const untilStopped = (running: { signal: AbortSignal }) =>
    new Promise<'done'>((_done, fail) => {
      running.signal.addEventListener('abort', () => fail(new Error('stopped')));
    });

  it('stops a step whose time is over, says what to change, and finishes the others', async () => {
    const slow = { ...aStep('slow', [], async () => 'done'), work: untilStopped, timeoutMs: 20 };
    const results = await runGraph([slow, aStep('ok', [], async () => 'done')], options, {
      signal,
    });
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'done']);
    expect(results[0]?.error).toMatchObject({
      code: 'STEP_TIMEOUT',
      exitCode: 4,
      suggestions: expect.arrayContaining([expect.stringContaining('timeoutMinutes')]),
    });
  });

  it('takes a step that came to its end although its time was over', async () => {
    const late = {
      ...aStep('late', [], async () => 'done'),
      work: async ({ signal: own }: { signal: AbortSignal }) => {
        while (!own.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
        return 'done' as const;
      },
      timeoutMs: 10,
    };
    expect(await runGraph([late], options, { signal })).toMatchObject([{ outcome: 'done' }]);
  });

  it('marks best effort that did not come to its end as partial, and skips what needs it', async () => {
    const broken = async () => {
      throw new StepError('STEP_BROKEN', 'broken');
    };
    const results = await runGraph(
      [
        { ...aStep('heavy', [], broken), bestEffort: true },
        aStep('x', ['heavy'], async () => 'done'),
        aStep('ok', [], async () => 'done'),
      ],
      options,
      { signal },
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(['partial', 'skipped', 'done']);
    expect(results[0]?.error).toMatchObject({ code: 'STEP_BROKEN' });
    expect(results[1]?.because).toBe('heavy');
  });

  it('takes no bug for best effort', async () => {
    const bug = async () => {
      throw new TypeError('undefined is not a function');
    };
    const results = await runGraph([{ ...aStep('a', [], bug), bestEffort: true }], options, {
      signal,
    });
    expect(results).toMatchObject([{ outcome: 'failed' }]);
  });
});

describe('limitSteps', () => {
  it('gives a step the limits of the first rule that names it, and tells of rules that name none', () => {
    const notes: string[] = [];
    const limited = limitSteps(
      [aStep('image a/vllm:1', [], async () => 'done'), aStep('image b:1', [], async () => 'done')],
      [
        { step: 'image *vllm*', timeoutMinutes: 2, bestEffort: true, memory: '1k' },
        { step: 'image *', timeoutMinutes: 9 },
        { step: 'package *', bestEffort: true },
      ],
      { signal, onProgress: (event) => event.kind === 'note' && notes.push(event.message) },
    );
    expect(
      limited.map(({ timeoutMs, bestEffort, memoryBytes }) => [timeoutMs, bestEffort, memoryBytes]),
    ).toEqual([
      [120_000, true, 1024],
      [540_000, undefined, undefined],
    ]);
    expect(notes).toEqual(["steps: 'package *' names no step of this run"]);
  });
});
