import { integerOf } from '../go-format.ts';
import { durationText, formatTime, parseDuration } from '../go-time.ts';
import { GoStruct, type GoValue, Int64 } from '../go-value.ts';
import { TemplateFailure, TemplateUndecided } from '../template-fault.ts';
import { at, type FunctionContext, type FunctionTable, fn, textAt } from '../template-function.ts';
import { toInteger } from './cast.ts';

/** Stands for the time of rendering, which is another one every time. */
const standInSeconds = 0;
/** Years of four digits. */
const maxSeconds = 62_000_000_000;

const instants = new WeakMap<GoStruct, number>();

/** Functions of time. Zones other than UTC belong to the machine, so what they give is noted as differing. */
export const timeFunctions: FunctionTable = {
  now: fn('', (_args, context) => now('now', context)),
  date: fn('sa', (args, context) => {
    context.volatile('date');
    return formatTime(textAt(args, 0), secondsOf('date', at(args, 1), context));
  }),
  htmlDate: fn('a', (args, context) => {
    context.volatile('htmlDate');
    return formatTime('2006-01-02', secondsOf('htmlDate', at(args, 0), context));
  }),
  ...both('dateInZone', 'date_in_zone', (args, context) =>
    formatTime(textAt(args, 0), inZone('dateInZone', at(args, 1), textAt(args, 2), context)),
  ),
  htmlDateInZone: fn('as', (args, context) =>
    formatTime('2006-01-02', inZone('htmlDateInZone', at(args, 0), textAt(args, 1), context)),
  ),
  ...Object.fromEntries(
    ['dateModify', 'date_modify', 'mustDateModify', 'must_date_modify'].map((name) => [
      name,
      fn('sa', (args) => modified(name, textAt(args, 0), at(args, 1))),
    ]),
  ),
  unixEpoch: fn('a', (args) => String(instantAt('unixEpoch', at(args, 0)))),
  ago: fn('a', (_args, context) => {
    context.volatile('ago');
    return '0s';
  }),
  duration: fn('a', (args) => {
    const value = at(args, 0);
    const isNumber = typeof value === 'string' || value instanceof Int64;
    return durationText(isNumber ? Number(toInteger(value)) : 0);
  }),
};

function both(
  name: string,
  other: string,
  call: (args: readonly GoValue[], context: FunctionContext) => GoValue,
): FunctionTable {
  return { [name]: fn('sas', call), [other]: fn('sas', call) };
}

function now(name: string, context: FunctionContext): GoValue {
  context.volatile(name);
  return instant(standInSeconds);
}

function instant(seconds: number): GoStruct {
  if (!(Math.abs(seconds) <= maxSeconds))
    throw new TemplateUndecided('time', 'an instant further away than is known here');
  const made: GoStruct = new GoStruct(
    'time.Time',
    {},
    {
      shown: formatTime('2006-01-02 15:04:05 -0700 MST', seconds),
      methods: {
        Format: ([layout]) => formatTime(typeof layout === 'string' ? layout : '', seconds),
        Unix: () => new Int64(BigInt(seconds)),
        UTC: () => made,
        Year: () => BigInt(formatTime('2006', seconds)),
        Day: () => BigInt(formatTime('2', seconds)),
      },
      open: true,
    },
  );
  instants.set(made, seconds);
  return made;
}

/** Anything but a time and an integer is the time of rendering. */
function secondsOf(name: string, value: GoValue, context: FunctionContext): number {
  if (value instanceof GoStruct && instants.has(value)) return instants.get(value) ?? 0;
  if (typeof value === 'bigint' || value instanceof Int64) {
    const seconds = Number(integerOf(value));
    if (Math.abs(seconds) <= maxSeconds) return seconds;
    throw new TemplateUndecided(name, 'an instant further away than is known here');
  }
  context.volatile(name);
  return standInSeconds;
}

function inZone(name: string, value: GoValue, zone: string, context: FunctionContext): number {
  if (zone !== 'UTC' && zone !== '') {
    if (!/^[A-Z][A-Za-z_+/-]*[0-9]*$/.test(zone))
      throw new TemplateUndecided(name, `the time zone ${zone} is not known here`);
    context.volatile(name);
  }
  return secondsOf(name, value, context);
}

function instantAt(name: string, value: GoValue): number {
  const seconds = value instanceof GoStruct ? instants.get(value) : undefined;
  if (seconds === undefined) throw new TemplateFailure(`wrong type for ${name}: no time`);
  return seconds;
}

function modified(name: string, text: string, value: GoValue): GoValue {
  const by = parseDuration(text);
  if (by === undefined) throw new TemplateUndecided(name, `the duration ${text} is not known here`);
  return instant(instantAt(name, value) + by);
}
