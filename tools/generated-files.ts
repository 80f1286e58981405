// Files that are made, not written: put in place, or compared with what is there.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const root = fileURLToPath(new URL('..', import.meta.url));

export interface Generated {
  /** Path below the project's folder to text. */
  readonly files: ReadonlyMap<string, string>;
  /** Folders that hold nothing else: what is there besides is out of date. */
  readonly folders: readonly string[];
}

/**
 * Makes the tree what it is to be; with `check` only says what differs.
 * @returns paths that were not as they should be
 */
export function settle({ files, folders }: Generated, check: boolean): readonly string[] {
  const stale = folders
    .flatMap((folder) => filesBelow(join(root, folder)))
    .map((path) => relative(root, path))
    .filter((path) => !files.has(path));
  const changed = [...files].filter(([path, text]) => current(path) !== text);
  if (!check) {
    for (const path of stale) rmSync(join(root, path));
    for (const [path, text] of changed) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  }
  return [...stale, ...changed.map(([path]) => path)].sort();
}

function current(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

/** Text for a cell of a Markdown table. */
export function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replaceAll(/\s*\n\s*/g, ' ');
}
