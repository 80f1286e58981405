import type { Waiver } from './policy.ts';

/** Whether a waiver still holds: to the end of its last day, in UTC. Without a date none holds. */
export function waiverHolds({ expires }: Pick<Waiver, 'expires'>, at: Date | undefined): boolean {
  // ISO dates of four-digit years sort as text; a clock beyond them is no reason to believe anything.
  const today = at === undefined || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
  return today !== undefined && /^\d{4}-/.test(today) && today.slice(0, 10) <= expires;
}

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/**
 * The time to judge by: the clock's, unless signed evidence is later. A clock that was set back must
 * not revive an exception that ran out.
 */
export function judgingTime(clock: Date, evidence: readonly Date[]): Date {
  return evidence.reduce((latest, each) => (each > latest ? each : latest), clock);
}
