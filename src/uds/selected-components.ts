import type { Component, PackageDefinition } from '../zarf/definition.ts';

/**
 * Names of the components that a deployment of the bundle installs: required ones, default ones,
 * and those the bundle lists. In the next format a list may exclude (`-name`) and match by `*`, `?`
 * and character classes; what is required stays.
 * @see shared references of the UDS bundle format, 1.4 and 2.4, and of the Zarf package format, 3.7
 */
export function selectedComponents(
  definition: Pick<PackageDefinition, 'components'>,
  listed: readonly string[],
  half: 'legacy' | 'next',
): ReadonlySet<string> {
  const matches =
    half === 'legacy' ? (name: string, pattern: string) => name === pattern : matchesGlob;
  const wanted = listed.filter((pattern) => half === 'legacy' || !pattern.startsWith('-'));
  const excluded =
    half === 'legacy'
      ? []
      : listed.filter((pattern) => pattern.startsWith('-')).map((pattern) => pattern.slice(1));
  const isListed = ({ name }: Component): boolean =>
    wanted.some((pattern) => matches(name, pattern));
  const isExcluded = ({ name }: Component): boolean =>
    excluded.some((pattern) => matches(name, pattern));
  const chosenGroups = new Set(
    definition.components
      .filter((each) => isListed(each) && !isExcluded(each))
      .map(({ group }) => group),
  );
  const isSelected = (component: Component): boolean => {
    if (component.required === true) return true;
    if (isExcluded(component)) return false;
    if (isListed(component)) return true;
    const outvoted =
      component.group !== undefined && component.group !== '' && chosenGroups.has(component.group);
    return component.default === true && !outvoted;
  };
  return new Set(definition.components.filter(isSelected).map(({ name }) => name));
}

/** Shell-like match in linear time. A malformed class matches nothing. */
export function matchesGlob(name: string, pattern: string): boolean {
  const tokens = tokensOf(pattern);
  if (tokens === undefined) return false;
  let at = 0;
  let token = 0;
  let retryToken = -1;
  let retryAt = 0;
  while (at < name.length) {
    const current = tokens[token];
    if (current === '*') {
      retryToken = token++;
      retryAt = at;
    } else if (current?.(name.charAt(at)) === true) {
      at++;
      token++;
    } else if (retryToken >= 0) {
      token = retryToken + 1;
      at = ++retryAt;
    } else return false;
  }
  return tokens.slice(token).every((rest) => rest === '*');
}

type Token = '*' | ((char: string) => boolean);

function tokensOf(pattern: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === '*') tokens.push('*');
    else if (char === '?') tokens.push(() => true);
    else if (char === '\\') {
      const literal = pattern.charAt(++at);
      if (literal === '') return undefined;
      tokens.push((given) => given === literal);
    } else if (char === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end < 0) return undefined;
      tokens.push(classToken(pattern.slice(at + 1, end)));
      at = end;
    } else tokens.push((given) => given === char);
  }
  return tokens;
}

function classToken(body: string): (char: string) => boolean {
  const negated = body.startsWith('^');
  const set = negated ? body.slice(1) : body;
  return (char) => {
    let inside = false;
    for (let at = 0; at < set.length; at++) {
      const low = set.charAt(at);
      const isRange = set.charAt(at + 1) === '-' && at + 2 < set.length;
      const high = isRange ? set.charAt(at + 2) : low;
      if (low <= char && char <= high) inside = true;
      if (isRange) at += 2;
    }
    return inside !== negated;
  };
}
