import { compareDigits } from './debian-version.ts';

/**
 * Epoch, version and release, `2:1.0-3`; a release that one side lacks does not count.
 * @see rpm-version(7)
 */
export function compareRpm(a: string, b: string): number {
  const [first, second] = [partsOf(a), partsOf(b)];
  const difference =
    compareDigits(first.epoch, second.epoch) || compareSegments(first.version, second.version);
  if (difference !== 0 || first.release === undefined || second.release === undefined)
    return difference;
  return compareSegments(first.release, second.release);
}

function partsOf(version: string): {
  readonly epoch: string;
  readonly version: string;
  readonly release: string | undefined;
} {
  const [, epoch = '0', rest = version] = /^(\d+):(.*)$/s.exec(version) ?? [];
  const dash = rest.lastIndexOf('-');
  return {
    epoch,
    version: dash < 0 ? rest : rest.slice(0, dash),
    release: dash < 0 ? undefined : rest.slice(dash + 1),
  };
}

/** Runs of digits or letters; what stands between them only parts them, but for `~` and `^`. */
function compareSegments(a: string, b: string): number {
  const [left, right] = [segmentsOf(a), segmentsOf(b)];
  for (let at = 0; ; at++) {
    const [one, two] = [left[at], right[at]];
    if (one === undefined && two === undefined) return 0;
    if (one === '~' || two === '~') {
      if (one !== two) return one === '~' ? -1 : 1;
      continue;
    }
    if (one === '^' || two === '^') {
      // A caret is newer than the end, and older than anything else that follows.
      if (one === two) continue;
      if (one === undefined) return -1;
      if (two === undefined) return 1;
      return one === '^' ? -1 : 1;
    }
    if (one === undefined) return -1;
    if (two === undefined) return 1;
    const [digits, figures] = [/^\d/.test(one), /^\d/.test(two)];
    if (digits !== figures) return digits ? 1 : -1;
    const difference = digits ? compareDigits(one, two) : one < two ? -1 : one > two ? 1 : 0;
    if (difference !== 0) return difference;
  }
}

function segmentsOf(text: string): readonly string[] {
  return text.match(/\d+|[A-Za-z]+|[~^]/g) ?? [];
}
