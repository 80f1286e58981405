import { boxesOf, boxOf, inside, textOf } from '../zarf/deployed-object.ts';
import type { DeployedChart } from './deployed-package.ts';

/** Which values of a chart its templates look at, as far as their text tells. */
export interface ValuesReads {
  /** `unknown`: something reads values in a way that does not name them. */
  reads(path: readonly string[]): 'read' | 'unread' | 'unknown';
}

interface Found {
  readonly paths: (readonly string[])[];
  /** Prefixes below which nobody can tell. */
  readonly blind: (readonly string[])[];
}

/**
 * Reads the templates of a chart for the values they name. What is handed on whole, by `with`, `toYaml` or to a
 * named template, counts as read with all that is below it.
 */
export function valuesReads(chart: DeployedChart): ValuesReads {
  const found: Found = { paths: [], blind: [] };
  const dependencies = boxesOf(inside(chart.chartFile?.value, 'dependencies'));
  const defined = new Set<string>();
  for (const text of chart.templates.values())
    for (const [, name = ''] of text.matchAll(/\bdefine\s+"([^"]+)"/g)) defined.add(name);
  const here = new Set<string>();
  for (const [path, text] of chart.templates) {
    const folders = [...path.matchAll(/(?:^|\/)charts\/([^/]+)(?=\/)/g)].map(([, n = '']) => n);
    if (folders[0] !== undefined) here.add(folders[0]);
    for (const prefix of prefixesOf(folders, dependencies)) take(text, prefix, found);
    // Named templates of a library run with the values of whoever includes them.
    if (folders.length > 0 && /\/_[^/]*$/.test(path)) take(text, [], found);
    if (folders.length > 0) takeGlobals(text, found);
  }
  for (const each of dependencies) {
    const names = [textOf(each['alias']), textOf(each['name'])].filter((name) => name !== '');
    for (const condition of textOf(each['condition']).split(','))
      if (condition.trim() !== '') found.paths.push(condition.trim().split('.'));
    if (names.some((name) => here.has(name))) continue;
    // Packed, or fetched when the package is made.
    for (const name of names) found.blind.push([name]);
    found.blind.push(['global']);
    if (includesUnknown(chart, defined)) found.blind.push([]);
  }
  if (dependencies.length > 0) found.paths.push(['tags']);
  for (const document of [chart.values, ...chart.valuesFiles])
    for (const text of textsIn(document?.value)) if (text.includes('{{')) take(text, [], found);
  return {
    reads: (path) => {
      if (found.paths.some((read) => along(read, path))) return 'read';
      return found.blind.some((prefix) => along(prefix, path)) ? 'unknown' : 'unread';
    },
  };
}

/** Keys of a dotted path as overrides spell it: escaped dots kept, places in lists left out. */
export function pathKeys(path: string): readonly string[] {
  return path
    .replace(/^\./, '')
    .split(/(?<!\\)\./)
    .map((key) => key.replaceAll('\\.', '.').replace(/(?:\[[0-9]*\])+$/, ''))
    .filter((key) => key !== '');
}

/** Paths of everything that is no mapping, or an empty one. */
export function* leavesOf(
  value: unknown,
  path: readonly string[] = [],
): Generator<readonly string[]> {
  const box = boxOf(value);
  const entries = Object.entries(box ?? {});
  if (box === undefined || entries.length === 0) {
    if (path.length > 0) yield path;
    return;
  }
  for (const [key, member] of entries) yield* leavesOf(member, [...path, key]);
}

/** One lies on the way to the other. */
function along(a: readonly string[], b: readonly string[]): boolean {
  return a.every((key, index) => index >= b.length || key === b[index]);
}

function prefixesOf(
  folders: readonly string[],
  dependencies: readonly Readonly<Record<string, unknown>>[],
): readonly (readonly string[])[] {
  const [first, ...rest] = folders;
  if (first === undefined) return [[]];
  const aliases = dependencies
    .filter((each) => each['name'] === first)
    .map((each) => textOf(each['alias']) || first);
  return [...new Set([first, ...aliases])].map((name) => [name, ...rest]);
}

/** Actions of a template, comments left out. */
function actionsOf(text: string): readonly string[] {
  return [...text.matchAll(/\{\{-?\s*(?!\/\*)([\s\S]*?)\}\}/g)].map(([, action = '']) => action);
}

function take(text: string, prefix: readonly string[], found: Found): void {
  for (const action of actionsOf(text)) {
    for (const match of action.matchAll(/\.Values\b((?:\.[A-Za-z_][A-Za-z0-9_]*)*)/g)) {
      const keys = (match[1] ?? '').split('.').filter((key) => key !== '');
      const named = keys.length > 0 ? keys : namedBeside(action, match.index);
      if (named === undefined) found.blind.push(prefix);
      else found.paths.push([...prefix, ...named]);
    }
  }
}

/** `index .Values "a" "b"`, `get .Values "a"`, `hasKey .Values "a"`, `dig "a" "b" "" .Values`. */
function namedBeside(action: string, at: number): readonly string[] | undefined {
  const before = action.slice(0, at).replace(/[$A-Za-z0-9_.]*$/, '');
  const after = action.slice(at + '.Values'.length);
  const [, word = ''] = /\b(index|get|hasKey)\s+$/.exec(before) ?? [];
  const [strings = ''] = /^(?:\s+"[^"]*")+/.exec(after) ?? [];
  const keys = [...strings.matchAll(/"([^"]*)"/g)].map(([, key = '']) => key);
  if (word !== '' && keys.length > 0) return word === 'index' ? keys : keys.slice(0, 1);
  const [, dug] = /\bdig\s+"([^"]*)"[^|()]*$/.exec(before) ?? [];
  return dug === undefined ? undefined : [dug];
}

function takeGlobals(text: string, found: Found): void {
  for (const action of actionsOf(text))
    for (const [, rest = ''] of action.matchAll(
      /\.Values\.global\b((?:\.[A-Za-z_][A-Za-z0-9_]*)*)/g,
    ))
      found.paths.push(['global', ...rest.split('.').filter((key) => key !== '')]);
}

function includesUnknown({ templates }: DeployedChart, defined: ReadonlySet<string>): boolean {
  return [...templates.values()].some((text) =>
    [...text.matchAll(/\b(?:include|template)\s+(?:"([^"]+)")?/g)].some(
      ([, name]) => name === undefined || !defined.has(name),
    ),
  );
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* textsIn(item);
  else for (const member of Object.values(boxOf(value) ?? {})) yield* textsIn(member);
}
