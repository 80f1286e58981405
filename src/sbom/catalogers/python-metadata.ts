/** What the metadata of an installed Python distribution says. @see PyPA core metadata specification */
export interface PythonMetadata {
  readonly name: string;
  readonly version: string;
  /** `License-Expression`, else `License`, else the classifiers. */
  readonly licences: readonly string[];
  readonly author: string;
  readonly authorEmail: string;
  readonly summary: string;
  readonly homepage: string;
  readonly platform: string;
  /** As they stand, extras included. */
  readonly requires: readonly string[];
  readonly requiresPython: string;
}

/** Undefined where it names no distribution. */
export function readPythonMetadata(text: string): PythonMetadata | undefined {
  // Headers end at the first empty line; the description follows.
  const end = /\r?\n\r?\n/.exec(text);
  const fields = new Map<string, string[]>();
  let last: string[] | undefined;
  for (const line of (end === null ? text : text.slice(0, end.index)).split(/\r?\n/)) {
    if (/^[ \t]/.test(line) && last !== undefined) {
      last.push(`${last.pop() ?? ''}\n${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    last = fields.get(name) ?? [];
    last.push(line.slice(colon + 1).trim());
    fields.set(name, last);
  }
  const one = (name: string): string => {
    const value = fields.get(name)?.[0] ?? '';
    return value === 'UNKNOWN' ? '' : value;
  };
  const name = one('name');
  const version = one('version');
  if (name === '' || version === '') return undefined;
  return {
    name,
    version,
    licences: licencesOf(one, fields.get('classifier') ?? []),
    author: one('author') || one('maintainer'),
    authorEmail: one('author-email') || one('maintainer-email'),
    summary: one('summary'),
    homepage: one('home-page'),
    platform: one('platform'),
    requires: fields.get('requires-dist') ?? [],
    requiresPython: one('requires-python'),
  };
}

const longestName = 200;

function licencesOf(
  one: (name: string) => string,
  classifiers: readonly string[],
): readonly string[] {
  const expression = one('license-expression');
  if (expression !== '') return [expression];
  const license = one('license');
  // Some put the whole text there: its first line names it, often enough.
  if (license !== '' && !license.includes('\n') && license.length <= longestName) return [license];
  const named = classifiers.flatMap((line) => {
    const [, rest] = /^License :: (?:OSI Approved :: )?(.+)$/.exec(line) ?? [];
    return rest === undefined || rest === 'OSI Approved' ? [] : [rest];
  });
  if (named.length > 0) return named;
  const [first = ''] = license.split('\n', 1);
  return first === '' ? [] : [first.slice(0, longestName)];
}

/**
 * Files of machine code and programs that a `RECORD` names, from the folder that holds the distribution.
 * @see PyPA, Recording installed projects
 */
export function readPythonRecord(text: string): readonly string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const path = line.startsWith('"')
      ? line.slice(1, line.indexOf('"', 1))
      : line.slice(0, Math.max(0, line.indexOf(',')));
    const base = path.slice(path.lastIndexOf('/') + 1);
    return /\.so(?:\.|$)|\.pyd$/.test(base) || (base !== '' && !base.includes('.')) ? [path] : [];
  });
}

/** The one spelling of a distribution name. @see PEP 503 */
export function normalizedPythonName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
