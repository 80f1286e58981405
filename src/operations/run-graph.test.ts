import { describe, expect, it } from 'vitest';
import { InputError } from '../errors/families.ts';
import { type GraphStep, runGraph } from './run-graph.ts';

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
    { name: 'an unknown need', steps: [aStep('a', ['nowhere'], async () => 'done')] },
    {
      name: 'a circle',
      steps: [aStep('a', ['b'], async () => 'done'), aStep('b', ['a'], async () => 'done')],
    },
  ])('refuses $name', async ({ steps }) => {
    await expect(runGraph(steps, options, { signal })).rejects.toMatchObject({ code: 'INTERNAL' });
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
