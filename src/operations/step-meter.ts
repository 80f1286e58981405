import type { ProgressEvent, Run, RunCounter } from '../support/run.ts';

/** What a step moved and counted. */
export interface StepCounts {
  /** Bytes it read or wrote, as it told; what it did in several phases counts in each. */
  readonly bytes: number;
  /** Only what happened. */
  readonly counts: Readonly<Partial<Record<RunCounter, number>>>;
}

/** The same run, and what a step does with it. */
export function meteredRun(run: Run): { readonly run: Run; readonly read: () => StepCounts } {
  const most = new Map<string, number>();
  const counts = new Map<RunCounter, number>();
  const note = (event: ProgressEvent): void => {
    if (event.kind === 'counted') counts.set(event.what, (counts.get(event.what) ?? 0) + event.by);
    if (event.kind !== 'step-progress' || event.bytes === 0) return;
    const key = `${event.step}\n${event.phase ?? ''}`;
    if (event.bytes > (most.get(key) ?? 0)) most.set(key, event.bytes);
  };
  return {
    run: {
      signal: run.signal,
      onProgress: (event) => {
        note(event);
        run.onProgress?.(event);
      },
    },
    read: () => ({
      bytes: [...most.values()].reduce((sum, bytes) => sum + bytes, 0),
      counts: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    }),
  };
}
