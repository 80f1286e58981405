import { setTimeout } from 'node:timers/promises';
import type { Run } from '../../support/run.ts';

/** How often what may pass is tried again. */
export const maxRetries = 3;
/** Longest wait that a server is granted. */
export const maxRetryAfterMs = 120_000;

/** How time passes between tries; tests bring their own. */
export interface RetryClock {
  readonly sleep: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1, spreads retries. */
  readonly random: () => number;
}

/** Ends early, with the reason, where the run ends. */
export function sleepFor(delayMs: number, signal: AbortSignal): Promise<void> {
  return setTimeout(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/**
 * Waits before another try: as long as the server asks for, else half a second that doubles and is spread.
 * @param tries that failed, from 1
 */
export function pauseAfter(
  tries: number,
  { sleep, random }: RetryClock,
  { signal, onProgress }: Run,
  wishedMs?: number,
): Promise<void> {
  onProgress?.({ kind: 'counted', what: 'retries', by: 1 });
  return sleep(wishedMs ?? Math.round(500 * 2 ** (tries - 1) * (0.5 + random())), signal);
}

/**
 * How long a server asks to wait: seconds, or a date.
 * @returns milliseconds; undefined where it says neither
 * @see RFC 9110 §10.2.3
 */
export function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
