const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * An ISO 8601 duration in milliseconds: weeks, or days, hours and minutes. Years and months have no fixed
 * length and are refused. Undefined for what is none.
 */
export function parseDurationMs(text: string): number | undefined {
  const weeks = /^P([0-9]{1,4})W$/.exec(text)?.[1];
  if (weeks !== undefined) return 7 * dayMs * Number(weeks);
  const found = /^P(?:([0-9]{1,5})D)?(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,5})M)?)?$/.exec(text);
  if (found === null || /[PT]$/.test(text)) return undefined;
  const [days = 0, hours = 0, minutes = 0] = found.slice(1).map((part) => Number(part ?? 0));
  return days * dayMs + hours * 60 * minuteMs + minutes * minuteMs;
}
