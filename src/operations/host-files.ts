import { posix } from 'node:path';
import { CowaError } from '../errors/families.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { followLinks } from './collect-tree.ts';
import { inputPath, type ResolvedPackage } from './resolved-package.ts';

/** Larger ones are programs and weights: keys and certificates are small. */
const maxFileBytes = 2 ** 18;
const maxFiles = 200;

/** Files that components put on hosts. */
export interface HostFiles {
  /** The small ones, by path. */
  readonly found: ReadonlyMap<string, Uint8Array>;
  /** Places of those that nobody looked into: too many, or not readable. What is missing is told elsewhere. */
  readonly left: readonly string[];
}

/** The small ones of the files that components put on hosts. */
export async function hostFiles(
  resolved: ResolvedPackage,
  workspace: Workspace,
  run: Run,
): Promise<HostFiles> {
  const found = new Map<string, Uint8Array>();
  const left: string[] = [];
  const sources = resolved.definition.components.flatMap(({ files = [] }) =>
    files.map(({ source }) => source).filter((source) => !/^[a-z][a-z0-9+.-]*:\/\//i.test(source)),
  );
  for (const source of new Set(sources)) await take(inputPath(resolved, source));
  return { found, left };

  async function take(path: string): Promise<void> {
    run.signal.throwIfAborted();
    if (found.size >= maxFiles) {
      left.push(path);
      return;
    }
    try {
      const { path: real, stat } = await followLinks(path, workspace);
      if (stat.kind === 'file' && stat.size <= maxFileBytes)
        found.set(path, await workspace.read(real, maxFileBytes));
      if (stat.kind !== 'directory') return;
      for (const name of await workspace.list(real)) {
        const below = posix.join(path, name);
        // A link inside could lead back.
        if ((await workspace.stat(posix.join(real, name)))?.kind !== 'symlink') await take(below);
      }
    } catch (error) {
      if (!(error instanceof CowaError) || run.signal.aborted) throw error;
      if (!/_MISSING$/.test(error.code)) left.push(path);
    }
  }
}
