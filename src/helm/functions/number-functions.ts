import { show } from '../go-format.ts';
import { type GoValue, Int64 } from '../go-value.ts';
import { TemplateFailure, TemplateUndecided } from '../template-fault.ts';
import { at, type FunctionTable, fn, intAt, textAt, wholeAt } from '../template-function.ts';
import { toFloat, toInteger } from './cast.ts';

/** Sprig's arithmetic: whole numbers are `int64` whatever went in. */
export const numberFunctions: FunctionTable = {
  atoi: fn('s', (args) =>
    /^[+-]?\d+$/.test(textAt(args, 0)) ? clamped(BigInt(textAt(args, 0).replace('+', ''))) : 0n,
  ),
  int: fn('a', (args) => toInteger(at(args, 0))),
  int64: fn('a', (args) => new Int64(toInteger(at(args, 0)))),
  float64: fn('a', (args) => toFloat(at(args, 0))),
  toDecimal: fn('a', (args) => {
    const text = show(at(args, 0));
    return new Int64(/^[0-7]+$/.test(text) ? BigInt(`0o${text}`) : 0n);
  }),
  add1: fn('a', (args) => new Int64(toInteger(at(args, 0)) + 1n)),
  add: fn('a*', (args) => new Int64(args.reduce((sum: bigint, each) => sum + toInteger(each), 0n))),
  sub: fn('aa', (args) => new Int64(toInteger(at(args, 0)) - toInteger(at(args, 1)))),
  mul: fn(
    'aa*',
    (args) => new Int64(args.reduce((all: bigint, each) => all * toInteger(each), 1n)),
  ),
  div: fn('aa', (args) => new Int64(toInteger(at(args, 0)) / divisor(at(args, 1)))),
  mod: fn('aa', (args) => new Int64(toInteger(at(args, 0)) % divisor(at(args, 1)))),
  max: fn('aa*', (args) => best(args, (a, b) => a > b)),
  biggest: fn('aa*', (args) => best(args, (a, b) => a > b)),
  min: fn('aa*', (args) => best(args, (a, b) => a < b)),
  maxf: fn('aa*', (args) => Math.max(...args.map(toFloat))),
  minf: fn('aa*', (args) => Math.min(...args.map(toFloat))),
  floor: fn('a', (args) => Math.floor(toFloat(at(args, 0)))),
  ceil: fn('a', (args) => Math.ceil(toFloat(at(args, 0)))),
  round: fn('aif*', (args) => round(toFloat(at(args, 0)), intAt(args, 1), args[2])),
  add1f: fn('a', (args) => decimal('add1f', [at(args, 0), 1], (a, b) => a + b)),
  addf: fn('a*', (args) => decimal('addf', [0, ...args], (a, b) => a + b)),
  subf: fn('aa*', (args) => decimal('subf', args, (a, b) => a - b)),
  mulf: fn('aa*', (args) => decimal('mulf', args, (a, b) => a * b)),
  divf: fn('aa*', (args) => decimal('divf', args, (a, b) => a / b)),
  until: fn('i', (args) => steps(0n, wholeAt(args, 0), wholeAt(args, 0) < 0n ? -1n : 1n)),
  untilStep: fn('iii', (args) => steps(wholeAt(args, 0), wholeAt(args, 1), wholeAt(args, 2))),
  seq: fn('i*', (args) => sequence(args.map((_arg, index) => wholeAt(args, index)))),
};

/** Go gives the nearest `int` beside its error, which is not looked at. */
function clamped(value: bigint): bigint {
  const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];
  return value < least ? least : value > most ? most : value;
}

function divisor(value: GoValue): bigint {
  const divisor = toInteger(value);
  if (divisor === 0n) throw new TemplateFailure('integer divide by zero');
  return divisor;
}

function best(args: readonly GoValue[], isBetter: (a: bigint, b: bigint) => boolean): Int64 {
  return new Int64(args.map(toInteger).reduce((a, b) => (isBetter(b, a) ? b : a)));
}

function round(value: number, places: number, on: GoValue | undefined): number {
  const power = 10 ** places;
  const digit = power * value;
  const part = digit - Math.trunc(digit);
  return (
    (part >= (typeof on === 'number' ? on : 0.5) ? Math.ceil(digit) : Math.floor(digit)) / power
  );
}

/** Go computes these in decimals; binary floats give the same only where both are exact. */
function decimal(
  what: string,
  args: readonly GoValue[],
  operate: (a: number, b: number) => number,
): number {
  const result = args.map(toFloat).reduce(operate);
  const scale = 2 ** 20;
  if (![...args.map(toFloat), result].every((each) => Number.isSafeInteger(each * scale)))
    throw new TemplateUndecided(what, `${what} of numbers that are not exact in binary`);
  return result;
}

function steps(start: bigint, stop: bigint, step: bigint): readonly bigint[] {
  const items: bigint[] = [];
  const down = stop < start;
  if (down ? step >= 0n : step <= 0n) return items;
  if ((stop - start) / step > 1_000_000n)
    throw new TemplateUndecided('untilStep', 'a list longer than is looked at');
  for (let at = start; down ? at > stop : at < stop; at += step) items.push(at);
  return items;
}

function sequence(params: readonly bigint[]): string {
  const [first = 0n, second = 0n, third = 0n] = params;
  const [start, step, end] =
    params.length === 1
      ? [1n, undefined, first]
      : params.length === 2
        ? [first, undefined, second]
        : [first, second, third];
  if (params.length === 0 || params.length > 3) return '';
  const direction = end < start ? -1n : 1n;
  if (step !== undefined && direction < 0n && step > 0n) return '';
  return steps(start, end + direction, step ?? direction).join(' ');
}
