import type { SchemaValidateFunction } from 'ajv';

/**
 * The keyword `uniqueItems` in time that grows with the size of the list; ajv's own compares every item with every
 * other. Verdict and words are ajv's.
 * @see https://json-schema.org/draft/2020-12/json-schema-validation#section-6.4.3
 */
export const uniqueItems: SchemaValidateFunction = (wanted: boolean, items: readonly unknown[]) => {
  if (!wanted) return true;
  const last = new Map<string, number>();
  let pair: { readonly i: number; readonly j: number } | undefined;
  for (const [i, item] of items.entries()) {
    const text = textOf(item);
    const j = last.get(text);
    if (j !== undefined) pair = { i, j };
    last.set(text, i);
  }
  if (pair === undefined) return true;
  const { i, j } = pair;
  const message = `must NOT have duplicate items (items ## ${j} and ${i} are identical)`;
  uniqueItems.errors = [{ keyword: 'uniqueItems', message, params: pair }];
  return false;
};

/** The same for equal values of JSON only, whatever the order of members. */
function textOf(value: unknown): string {
  // 1e999 is read as Infinity, which JSON has no word for.
  if (typeof value === 'number') return value === 0 ? '0' : String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  const members = Object.entries(value).map(
    ([name, each]) => `${JSON.stringify(name)}:${textOf(each)}`,
  );
  return `{${members.sort().join()}}`;
}
