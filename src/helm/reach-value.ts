import { integerOf, show } from './go-format.ts';
import {
  GoMap,
  type GoMethods,
  GoStruct,
  type GoValue,
  Int64,
  isList,
  kindOf,
  typeOf,
} from './go-value.ts';
import { TemplateFailure, type TemplatePlace, TemplateUndecided } from './template-fault.ts';

/**
 * A member of a value by its name, or what its method gives.
 * @throws TemplateFailure where Go has none; TemplateUndecided where nobody here knows
 */
export function fieldOf(receiver: GoValue, name: string, args: readonly GoValue[]): GoValue {
  if (receiver === null) throw new TemplateFailure(`nil pointer evaluating interface {}.${name}`);
  if (receiver instanceof GoMap || receiver instanceof GoStruct) {
    const method = methodOf(receiver, name);
    if (method !== undefined) return method(args);
    const value =
      receiver instanceof GoMap
        ? (receiver.get(name) ?? (receiver.typeName === 'map[string]string' ? '' : null))
        : receiver.fields.get(name);
    if (value !== undefined) {
      if (args.length > 0) throw new TemplateFailure(`${name} is not a method but has arguments`);
      return value;
    }
  }
  if (receiver instanceof GoStruct && receiver.open)
    throw new TemplateUndecided(
      name,
      `the member ${name} of a ${receiver.typeName} is not known here`,
    );
  throw new TemplateFailure(`can't evaluate field ${name} in type ${typeOf(receiver)}`);
}

/** What a template may call under this name; undefined for plain members. */
export function methodOf(receiver: GoValue, name: string): GoMethods[string] | undefined {
  const named = receiver instanceof GoMap || receiver instanceof GoStruct;
  return named && Object.hasOwn(receiver.methods, name) ? receiver.methods[name] : undefined;
}

/**
 * What `range` goes over: index or key, and item.
 * @throws TemplateFailure for what Go does not go over
 */
export function* entriesOf(
  value: GoValue,
  place: TemplatePlace,
): Generator<readonly [GoValue, GoValue]> {
  if (value === null) return;
  if (isList(value)) {
    for (const [index, item] of value.entries()) yield [BigInt(index), item];
  } else if (value instanceof GoMap) {
    // As they were before the first round: templates may change the map they go over.
    yield* value.sortedKeys().map((key) => [key, value.get(key) ?? null] as const);
  } else if (typeof value === 'bigint' || value instanceof Int64) {
    const count = integerOf(value);
    for (let index = 0n; index < count; index++) {
      const item = typeof value === 'bigint' ? index : new Int64(index);
      yield [item, item];
    }
  } else {
    throw new TemplateFailure(`range can't iterate over ${kindOf(value)} ${show(value)}`, place);
  }
}
