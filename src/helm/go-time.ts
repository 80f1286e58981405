const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Words of a layout, longest and first as Go looks for them; names are none before further lower-case letters. */
const words =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|01|02|03|04|05|06|2006|15|__2|_2(?!006)|1|2|3|4|5|PM|pm|Z070000|Z07:00:00|Z0700|Z07:00|Z07|-070000|-07:00:00|-0700|-07:00|-07|[.,](?:0+|9+)(?![0-9])/g;

/**
 * An instant in UTC by a layout of Go's.
 * @see https://pkg.go.dev/time#pkg-constants
 */
export function formatTime(layout: string, seconds: number): string {
  const at = new Date(seconds * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const month = months[at.getUTCMonth()] ?? '';
  const weekday = days[at.getUTCDay()] ?? '';
  const hour = at.getUTCHours();
  const day = at.getUTCDate();
  const start = Date.UTC(at.getUTCFullYear(), 0, 1);
  const yearDay = Math.floor((at.getTime() - start) / 86_400_000) + 1;
  const known: Readonly<Record<string, string>> = {
    January: month,
    Jan: month.slice(0, 3),
    Monday: weekday,
    Mon: weekday.slice(0, 3),
    MST: 'UTC',
    '002': String(yearDay).padStart(3, '0'),
    __2: String(yearDay).padStart(3, ' '),
    '01': two(at.getUTCMonth() + 1),
    '1': String(at.getUTCMonth() + 1),
    '02': two(day),
    _2: String(day).padStart(2, ' '),
    '2': String(day),
    '15': two(hour),
    '03': two(hour % 12 || 12),
    '3': String(hour % 12 || 12),
    '04': two(at.getUTCMinutes()),
    '4': String(at.getUTCMinutes()),
    '05': two(at.getUTCSeconds()),
    '5': String(at.getUTCSeconds()),
    '06': two(at.getUTCFullYear() % 100),
    '2006': String(at.getUTCFullYear()).padStart(4, '0'),
    PM: hour < 12 ? 'AM' : 'PM',
    pm: hour < 12 ? 'am' : 'pm',
    '-070000': '+000000',
    '-07:00:00': '+00:00:00',
    '-0700': '+0000',
    '-07:00': '+00:00',
    '-07': '+00',
  };
  return layout.replace(words, (word) => {
    if (word.startsWith('Z')) return 'Z';
    // No instant here has fractions of a second.
    if (/^[.,]0/.test(word)) return word;
    if (/^[.,]9/.test(word)) return '';
    return known[word] ?? word;
  });
}

/** Go's text of a duration in whole seconds: `1h2m3s`. */
export function durationText(seconds: number): string {
  const sign = seconds < 0 ? '-' : '';
  const all = Math.abs(seconds);
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  if (h > 0) return `${sign}${h}h${m}m${s}s`;
  return m > 0 ? `${sign}${m}m${s}s` : `${sign}${s}s`;
}

const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/** Seconds of a duration such as `-1h30m`; undefined when it is none, or has parts of a second. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^[+-]?(?:[0-9]+[hms])+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, count = '', unit = ''] of text.matchAll(/([0-9]+)([hms])/g))
    seconds += Number(count) * (units[unit] ?? 0);
  return text.startsWith('-') ? -seconds : seconds;
}
