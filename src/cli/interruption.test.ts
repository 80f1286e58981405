import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InterruptedError } from '../errors/families.ts';
import { listenForInterruption } from './interruption.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function listen() {
  const source = new EventEmitter();
  const forced: InterruptedError[] = [];
  const first: string[] = [];
  const interruption = listenForInterruption({
    source,
    now: () => Date.now(),
    graceMs: 800,
    suggestions: () => ['Run it again'],
    onFirst: (name) => first.push(name),
    onForced: (error) => forced.push(error),
  });
  return { source, forced, first, interruption };
}

describe('the first signal', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s aborts and says how to go on', (name) => {
    const { source, interruption, first, forced } = listen();
    source.emit(name);
    expect(interruption.signal.aborted).toBe(true);
    expect(interruption.signal.reason).toMatchObject({
      code: 'INTERRUPTED',
      exitCode: 130,
      message: `interrupted by ${name}`,
      suggestions: ['Run it again'],
    });
    expect(first).toEqual([name]);
    expect(forced).toEqual([]);
  });

  it('ends the program when the operation does not stop within its time', () => {
    const { source, forced } = listen();
    source.emit('SIGINT');
    vi.advanceTimersByTime(799);
    expect(forced).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(forced).toMatchObject([{ code: 'INTERRUPTED' }]);
  });

  it('forces nothing when the command ended in time', () => {
    const { source, forced, interruption } = listen();
    source.emit('SIGINT');
    interruption[Symbol.dispose]();
    vi.advanceTimersByTime(5000);
    expect(forced).toEqual([]);
    expect(source.listenerCount('SIGINT')).toBe(0);
  });
});

describe('the second signal', () => {
  it('ends the program at once', () => {
    const { source, forced } = listen();
    source.emit('SIGINT');
    vi.advanceTimersByTime(300);
    source.emit('SIGTERM');
    expect(forced).toMatchObject([{ message: 'interrupted by SIGTERM' }]);
  });

  it('is taken for the same key press when it follows within a blink: a wrapper forwarded it', () => {
    const { source, forced } = listen();
    source.emit('SIGINT');
    vi.advanceTimersByTime(100);
    source.emit('SIGINT');
    expect(forced).toEqual([]);
  });
});
