import { compareDigits } from './debian-version.ts';

const form =
  /^\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|alpha|b|beta|c|rc|pre|preview)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?dev[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$/i;
const stages: Readonly<Record<string, string>> = {
  ...{ a: 'a', alpha: 'a', b: 'b', beta: 'b' },
  ...{ c: 'rc', rc: 'rc', pre: 'rc', preview: 'rc' },
};

/** Undefined for what is no version of Python's packaging. @see PEP 440 */
export function comparePython(a: string, b: string): number | undefined {
  const [left, right] = [keyOf(a), keyOf(b)];
  if (left === undefined || right === undefined) return undefined;
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareRelease(left.release, right.release) ||
    compareText(left.stage, right.stage) ||
    compareDigits(left.stageNumber, right.stageNumber) ||
    compareOptional(left.post, right.post, -1) ||
    compareOptional(left.dev, right.dev, 1) ||
    compareLocal(left.local, right.local)
  );
}

interface PythonVersion {
  readonly epoch: string;
  readonly release: readonly string[];
  /** Sorts before and behind `a`, `b`, `rc` where there is none. */
  readonly stage: string;
  readonly stageNumber: string;
  readonly post: string | undefined;
  readonly dev: string | undefined;
  readonly local: readonly string[];
}

function keyOf(version: string): PythonVersion | undefined {
  const match = form.exec(version);
  if (match === null) return undefined;
  const [, epoch = '0', release = '', stage, stageNumber, dash, word, number, dev, local] = match;
  const post = dash ?? (word === undefined ? undefined : number);
  // A development release of a release itself comes before its first alpha.
  const none = dev !== undefined && post === undefined ? '' : 'z';
  return {
    epoch,
    release: release.split('.'),
    stage: stage === undefined ? none : (stages[stage.toLowerCase()] ?? ''),
    stageNumber: stageNumber ?? '',
    post,
    dev,
    local: local === undefined ? [] : local.toLowerCase().split(/[-_.]/),
  };
}

function compareRelease(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = compareDigits(a[at] ?? '0', b[at] ?? '0');
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @param absent where one that is absent stands: -1 before, 1 behind the others */
function compareOptional(a: string | undefined, b: string | undefined, absent: -1 | 1): number {
  if (a === undefined || b === undefined)
    return absent * (Number(a === undefined) - Number(b === undefined));
  return compareDigits(a, b);
}

function compareLocal(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [one, two] = [a[at], b[at]];
    if (one === undefined) return -1;
    if (two === undefined) return 1;
    const [digits, figures] = [/^\d+$/.test(one), /^\d+$/.test(two)];
    if (digits !== figures) return digits ? 1 : -1;
    const difference = digits ? compareDigits(one, two) : compareText(one, two);
    if (difference !== 0) return difference;
  }
  return 0;
}
