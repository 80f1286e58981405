/**
 * A limit of time as people say it: `3 seconds`, `1.5 minutes`, `2 hours`.
 * @param ms milliseconds
 */
export function spelledTime(ms: number): string {
  if (ms < 60_000) return unit(ms / 1000, 'second');
  return ms < 3_600_000 || ms % 3_600_000 !== 0
    ? unit(ms / 60_000, 'minute')
    : unit(ms / 3_600_000, 'hour');
}

function unit(value: number, name: string): string {
  const count = Math.round(value * 100) / 100;
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
