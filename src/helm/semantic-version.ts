/** A version by semver.org, read as leniently as Helm does: a leading `v`, and missing parts as 0. */
export interface SemanticVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly prerelease: string;
  readonly metadata: string;
}

const form =
  /^v?(0|[1-9]\d*)(?:\.(0|[1-9]\d*))?(?:\.(0|[1-9]\d*))?(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/;

/** The parts of a version; undefined when it is none. */
export function parseVersion(text: string): SemanticVersion | undefined {
  const found = form.exec(text);
  if (found === null) return undefined;
  const [, major = '0', minor = '0', patch = '0', prerelease = '', metadata = ''] = found;
  return { major: Number(major), minor: Number(minor), patch: Number(patch), prerelease, metadata };
}

/** Below 0, 0 or above by the order of semver.org §11. */
export function compareVersions(a: SemanticVersion, b: SemanticVersion): -1 | 0 | 1 {
  for (const part of ['major', 'minor', 'patch'] as const)
    if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1;
  return comparePrereleases(a.prerelease, b.prerelease);
}

function comparePrereleases(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  if (a === '' || b === '') return a === '' ? 1 : -1;
  const [left, right] = [a.split('.'), b.split('.')];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [x, y] = [left[at], right[at]];
    if (x === y) continue;
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const [xNumber, yNumber] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (xNumber && yNumber) return Number(x) < Number(y) ? -1 : 1;
    if (xNumber !== yNumber) return xNumber ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return 0;
}

interface Bound {
  readonly operator: string;
  readonly version: SemanticVersion;
  /** How many of major, minor and patch were written out. */
  readonly parts: number;
}

/**
 * Whether a version lies in a range such as `>=1.19-0 <2 || ^3.1`; undefined for a range that is not understood.
 * A range without a prerelease never matches a version that has one.
 */
export function matchesRange(version: SemanticVersion, range: string): boolean | undefined {
  let matches = false;
  for (const alternative of range.split('||')) {
    const bounds = boundsOf(alternative);
    if (bounds === undefined) return undefined;
    // One prerelease among the bounds lets prereleases in for all of them.
    const allowed =
      version.prerelease === '' || bounds.some(({ version: limit }) => limit.prerelease !== '');
    matches ||= allowed && bounds.every((bound) => holds(version, bound));
  }
  return matches;
}

function boundsOf(text: string): readonly Bound[] | undefined {
  const hyphen = /^\s*(\S+)\s+-\s+(\S+)\s*$/.exec(text);
  const plain = hyphen === null ? text : `>=${hyphen[1]} <=${hyphen[2]}`;
  const words = plain.match(/(?:[<>=!~^]+\s*)?[^\s,<>=!~^]+/g);
  if (words === null || words.join('').replace(/\s/g, '') !== plain.replace(/[\s,]/g, ''))
    return undefined;
  const bounds = words.map(boundOf);
  return bounds.every((bound) => bound !== undefined) ? bounds : undefined;
}

function boundOf(word: string): Bound | undefined {
  const found =
    /^([<>=!~^]*)\s*v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(
      word,
    );
  if (found === null) return undefined;
  const [, sign = '', ...rest] = found;
  const operator = operators.get(sign);
  if (operator === undefined) return undefined;
  const numbers = rest.slice(0, 3);
  const wild = numbers.findIndex((part) => part === undefined || /[xX*]/.test(part));
  const parts = wild < 0 ? 3 : wild;
  const [major = 0, minor = 0, patch = 0] = numbers.slice(0, parts).map(Number);
  return {
    operator,
    parts,
    version: { major, minor, patch, prerelease: rest[3] ?? '', metadata: '' },
  };
}

const operators = new Map([
  ['', '='],
  ['=', '='],
  ['!=', '!='],
  ['>', '>'],
  ['<', '<'],
  ['>=', '>='],
  ['=>', '>='],
  ['<=', '<='],
  ['=<', '<='],
  ['~', '~'],
  ['~>', '~'],
  ['^', '^'],
]);

function holds(version: SemanticVersion, bound: Bound): boolean {
  const { operator, version: limit, parts } = bound;
  if (parts === 0) return operator !== '!=' && operator !== '<' && operator !== '>';
  const order = compareVersions(version, limit);
  const next = following(limit, parts);
  switch (operator) {
    case '=':
      return parts === 3 ? order === 0 : order >= 0 && below(version, next);
    case '!=':
      return parts === 3 ? order !== 0 : !(order >= 0 && below(version, next));
    case '>':
      return parts === 3 ? order > 0 : !below(version, next);
    case '<':
      return order < 0;
    case '>=':
      return order >= 0;
    case '<=':
      return parts === 3 ? order <= 0 : below(version, next);
    case '~':
      return order >= 0 && below(version, following(limit, Math.min(parts, 2)));
    default:
      return order >= 0 && below(version, following(limit, caretParts(limit, parts)));
  }
}

/** The parts a caret keeps: up to the first that is not zero. */
function caretParts({ major, minor }: SemanticVersion, parts: number): number {
  if (major > 0 || parts < 2) return 1;
  return minor > 0 || parts < 3 ? 2 : 3;
}

function following({ major, minor, patch }: SemanticVersion, parts: number): SemanticVersion {
  const next = { prerelease: '', metadata: '' };
  if (parts <= 1) return { ...next, major: major + 1, minor: 0, patch: 0 };
  if (parts === 2) return { ...next, major, minor: minor + 1, patch: 0 };
  return { ...next, major, minor, patch: patch + 1 };
}

function below(version: SemanticVersion, limit: SemanticVersion): boolean {
  return compareVersions({ ...version, prerelease: '' }, limit) < 0;
}
