import { compareDigits } from './debian-version.ts';

const form =
  /^(\d+(?:\.\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:~[0-9a-f]+)?(?:-r(\d+))?$/;
/** Those before a plain version, and those behind it. */
const suffixes = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p'];

/** Undefined for what apk would not take as a version. @see apk-package(5), package version */
export function compareAlpine(a: string, b: string): number | undefined {
  const [left, right] = [form.exec(a), form.exec(b)];
  if (left === null || right === null) return undefined;
  const [, numbers = '', letter = '', suffix = '', revision = '0'] = left;
  const [, numbers2 = '', letter2 = '', suffix2 = '', revision2 = '0'] = right;
  return (
    compareNumbers(numbers.split('.'), numbers2.split('.')) ||
    (letter < letter2 ? -1 : letter > letter2 ? 1 : 0) ||
    compareSuffixes(suffix, suffix2) ||
    compareDigits(revision, revision2)
  );
}

/** A number with a zero before it, behind the first, is a fraction: 1.05 comes before 1.1. */
function compareNumbers(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [one, two] = [a[at], b[at]];
    if (one === undefined) return -1;
    if (two === undefined) return 1;
    const fraction = at > 0 && (one.startsWith('0') || two.startsWith('0'));
    const difference = fraction ? (one < two ? -1 : one > two ? 1 : 0) : compareDigits(one, two);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareSuffixes(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('_').slice(1));
  for (let at = 0; at < Math.max(left?.length ?? 0, right?.length ?? 0); at++) {
    const [one, two] = [partsOf(left?.[at]), partsOf(right?.[at])];
    const difference = one.rank - two.rank || compareDigits(one.digits, two.digits);
    if (difference !== 0) return difference;
  }
  return 0;
}

function partsOf(suffix: string | undefined): { readonly rank: number; readonly digits: string } {
  const [, word = '', digits = ''] = /^([a-z]+)(\d*)$/.exec(suffix ?? '') ?? [];
  return { rank: suffixes.indexOf(word), digits };
}
