import { compareDigits } from './debian-version.ts';

const form = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/;

/** Undefined for what is no semantic version; a `v` before it is allowed, as Go has it. @see Semantic Versioning 2.0.0, 11 */
export function compareSemantic(a: string, b: string): number | undefined {
  const [left, right] = [form.exec(a), form.exec(b)];
  if (left === null || right === null) return undefined;
  for (const at of [1, 2, 3]) {
    const difference = compareDigits(left[at] ?? '0', right[at] ?? '0');
    if (difference !== 0) return difference;
  }
  const [before, after] = [left[4], right[4]];
  if (before === undefined || after === undefined)
    return Number(before === undefined) - Number(after === undefined);
  const [first, second] = [before.split('.'), after.split('.')];
  for (let at = 0; at < Math.max(first.length, second.length); at++) {
    const [one, two] = [first[at], second[at]];
    if (one === undefined) return -1;
    if (two === undefined) return 1;
    const [digits, figures] = [/^\d+$/.test(one), /^\d+$/.test(two)];
    if (digits !== figures) return digits ? -1 : 1;
    const difference = digits ? compareDigits(one, two) : one < two ? -1 : one > two ? 1 : 0;
    if (difference !== 0) return difference;
  }
  return 0;
}
