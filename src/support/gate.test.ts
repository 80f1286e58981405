import { expect, it } from 'vitest';
import { Gate } from './gate.ts';

const { signal } = new AbortController();

it('lets so many in at once, and the others in their order', async () => {
  const gate = new Gate(2);
  const came: number[] = [];
  const leave: (() => void)[] = [];
  for (const each of [0, 1, 2, 3])
    void gate.enter(signal).then((out) => {
      came.push(each);
      leave.push(out);
    });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  expect(came).toEqual([0, 1]);
  leave[0]?.();
  leave[0]?.();
  await settle();
  expect(came).toEqual([0, 1, 2]);
  leave[1]?.();
  await settle();
  expect(came).toEqual([0, 1, 2, 3]);
});

it('gives up a place in the row with the run', async () => {
  const gate = new Gate(1);
  const leave = await gate.enter(signal);
  const stopped = new AbortController();
  const waiting = gate.enter(stopped.signal);
  const next = gate.enter(signal);
  stopped.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  leave();
  expect(await next).toBeTypeOf('function');
});
