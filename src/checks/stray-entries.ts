import type { SurveyedEntry } from '../archive/survey.ts';

/** Paths of an archive that nothing leads to, sorted. Folders count only when nothing needed lies in them. */
export function strayEntries(
  entries: readonly SurveyedEntry[],
  reached: ReadonlySet<string>,
): readonly string[] {
  const folders = new Set<string>(['']);
  for (const path of reached) {
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
      folders.add(path.slice(0, at));
  }
  const stray = entries.filter(
    ({ path, type }) => !(type === 'directory' ? folders : reached).has(path),
  );
  return [...new Set(stray.map(({ path }) => path))].sort();
}
