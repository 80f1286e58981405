import { GoMap, type GoValue, Int64, typeOf } from './go-value.ts';
import { TemplateFailure } from './template-fault.ts';
import type { Templates } from './template-syntax.ts';

/** What a function may ask of the evaluation that calls it. */
export interface FunctionContext {
  /** Runs a named template. */
  include(name: string, dot: GoValue): string;
  /** Runs text as a template, beside those of the chart. */
  tpl(text: string, dot: GoValue): string;
  /** Notes that the result differs from run to run, so nothing may be concluded from it. */
  volatile(name: string): void;
  /**
   * Counts work that grows faster than arguments and result are long.
   * @throws TemplateUndecided when the chart computes longer than is waited for
   */
  spend(units: number): void;
  readonly templates: Templates;
}

/**
 * Types of the parameters, a letter each: `s` string, `i` int, `I` int64, `b` bool, `f` float64, `m` map with
 * text keys, `a` anything; `*` behind the last: any number of it.
 */
export type Signature = string;

export interface TemplateFunction {
  readonly signature: Signature;
  call(args: readonly GoValue[], context: FunctionContext): GoValue;
}

export type FunctionTable = Readonly<Record<string, TemplateFunction>>;

/** Declares a function. */
export function fn(signature: Signature, call: TemplateFunction['call']): TemplateFunction {
  return { signature, call };
}

const typeNames: Readonly<Record<string, string>> = {
  s: 'string',
  i: 'int',
  I: 'int64',
  b: 'bool',
  f: 'float64',
  m: 'map[string]interface {}',
};

/** An argument, and whether it was written as a number: those take the type that is wanted. */
export interface Argument {
  readonly value: GoValue;
  readonly literal: boolean;
}

/**
 * Arguments as the function takes them.
 * @throws TemplateFailure for a wrong number or type, as Go refuses them
 */
export function checkArguments(
  name: string,
  { signature }: TemplateFunction,
  args: readonly Argument[],
): readonly GoValue[] {
  const variadic = signature.endsWith('*');
  const types = variadic ? signature.slice(0, -1) : signature;
  const least = variadic ? types.length - 1 : types.length;
  if (args.length < least || (!variadic && args.length > types.length))
    throw new TemplateFailure(
      `wrong number of args for ${name}: want ${variadic ? 'at least ' : ''}${least} got ${args.length}`,
    );
  return args.map((argument, index) =>
    typed(argument, types[Math.min(index, types.length - 1)] ?? 'a'),
  );
}

function typed({ value, literal }: Argument, type: string): GoValue {
  if (type === 'a') return value;
  if (literal) {
    const number = converted(value, type);
    if (number !== undefined) return number;
  }
  if (value === null) throw new TemplateFailure(`invalid value; expected ${typeNames[type]}`);
  if (fits(value, type)) return value;
  throw new TemplateFailure(
    `wrong type for value; expected ${typeNames[type]}; got ${typeOf(value)}`,
  );
}

function converted(value: GoValue, type: string): GoValue | undefined {
  if (typeof value !== 'bigint' && typeof value !== 'number') return undefined;
  if (type === 'f') return Number(value);
  if (typeof value === 'number' && !Number.isInteger(value)) return undefined;
  if (type === 'i') return BigInt(value);
  return type === 'I' ? new Int64(BigInt(value)) : undefined;
}

function fits(value: GoValue, type: string): boolean {
  switch (type) {
    case 's':
      return typeof value === 'string';
    case 'i':
      return typeof value === 'bigint';
    case 'I':
      return value instanceof Int64;
    case 'b':
      return typeof value === 'boolean';
    case 'f':
      return typeof value === 'number';
    default:
      return value instanceof GoMap && !value.typeName.startsWith('map[string]string');
  }
}

/** Text of an argument that the signature guarantees to be one. */
export function textAt(args: readonly GoValue[], index: number): string {
  const value = args[index];
  if (typeof value === 'string') return value;
  throw new TemplateFailure(`argument ${index + 1} is no text`);
}

/** An `int` argument. */
export function intAt(args: readonly GoValue[], index: number): number {
  return Number(wholeAt(args, index));
}

/** The same where every digit counts. */
export function wholeAt(args: readonly GoValue[], index: number): bigint {
  const value = args[index];
  if (typeof value === 'bigint') return value;
  throw new TemplateFailure(`argument ${index + 1} is no int`);
}

/** A map argument. */
export function mapAt(args: readonly GoValue[], index: number): GoMap {
  const value = args[index];
  if (value instanceof GoMap) return value;
  throw new TemplateFailure(`argument ${index + 1} is no map`);
}

/** Any argument; nil where there is none. */
export function at(args: readonly GoValue[], index: number): GoValue {
  return args[index] ?? null;
}
