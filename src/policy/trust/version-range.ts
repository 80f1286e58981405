/** A version by its numbers. @see Semantic Versioning 2.0.0 */
export interface Version {
  readonly numbers: readonly [number, number, number];
  /** Identifiers behind the hyphen; empty for a release. */
  readonly prerelease: readonly string[];
}

/** Alternatives, each a list of conditions that hold together. */
export interface VersionRange {
  readonly text: string;
  readonly alternatives: readonly (readonly Condition[])[];
}

interface Condition {
  readonly operator: '<' | '<=' | '>' | '>=' | '=';
  readonly version: Version;
}

const maxLength = 256;
const identifier = '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)';
const form = new RegExp(
  `^v?(0|[1-9][0-9]{0,14})\\.(0|[1-9][0-9]{0,14})\\.(0|[1-9][0-9]{0,14})(?:-(${identifier}(?:\\.${identifier})*))?(?:\\+[0-9A-Za-z.-]+)?$`,
);

/** Reads a version, with or without a `v` before it; undefined for what is none. What follows a `+` says nothing. */
export function parseVersion(text: string): Version | undefined {
  if (text.length > maxLength) return undefined;
  const [, major, minor, patch, prerelease] = form.exec(text) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    prerelease: prerelease === undefined ? [] : prerelease.split('.'),
  };
}

/** Below zero when the first is older. A prerelease is older than its release. @see Semantic Versioning 2.0.0, 11 */
export function compareVersions(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index] ?? 0;
    if (number !== other) return number < other ? -1 : 1;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0)
    return Math.sign(b.prerelease.length - a.prerelease.length);
  for (const [index, part] of a.prerelease.entries()) {
    const other = b.prerelease[index];
    if (other === undefined) return 1;
    if (part !== other) return compareIdentifiers(part, other);
  }
  return a.prerelease.length < b.prerelease.length ? -1 : 0;
}

/** Reads a range such as `>=1.2.0 <2.0.0 || 3.1.4`; undefined for what is none. */
export function parseVersionRange(text: string): VersionRange | undefined {
  const alternatives = text.split('||').map((part) => parseAlternative(part));
  return alternatives.every((each) => each !== undefined) ? { text, alternatives } : undefined;
}

/** Whether a version lies in a range, prereleases by their order like all others. */
export function isInRange(version: Version, { alternatives }: VersionRange): boolean {
  return alternatives.some((conditions) => conditions.every((each) => holds(version, each)));
}

function holds(version: Version, { operator, version: bound }: Condition): boolean {
  const order = compareVersions(version, bound);
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '=':
      return order === 0;
  }
}

function parseAlternative(text: string): readonly Condition[] | undefined {
  const words = text.trim().split(/ +/);
  const conditions = words.map((word): Condition | undefined => {
    const [, operator = '', rest = ''] = /^(<=|>=|<|>|=)?(.*)$/.exec(word) ?? [];
    const version = parseVersion(rest);
    return version === undefined ? undefined : { operator: operatorOf(operator), version };
  });
  return conditions.every((each) => each !== undefined) ? conditions : undefined;
}

function operatorOf(text: string): Condition['operator'] {
  return text === '<' || text === '<=' || text === '>' || text === '>=' ? text : '=';
}

function compareIdentifiers(a: string, b: string): number {
  const [first, second] = [a, b].map((text) => (/^[0-9]+$/.test(text) ? BigInt(text) : undefined));
  if (first !== undefined && second !== undefined)
    return first === second ? 0 : first < second ? -1 : 1;
  if (first !== undefined) return -1;
  if (second !== undefined) return 1;
  return a < b ? -1 : 1;
}
