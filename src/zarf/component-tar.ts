import type { TarEntry } from '../archive/tar-writer.ts';
import type { Run } from '../support/run.ts';
import { PackError } from './pack-error.ts';

/** One file, folder or link of a component, before it is a tar entry. */
export interface ComponentEntry {
  /** Below the component's folder, with `/`. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  /** Permission bits. */
  readonly mode: number;
  /** Bytes; 0 for anything but files. */
  readonly size: number;
  readonly linkTarget?: string;
  readonly open?: (run: Run) => AsyncIterable<Uint8Array>;
  /** The file of the user it is, and what a change of it would show in. */
  readonly origin?: { readonly path: string; readonly stamp: string | undefined };
}

/** Modes of folders Zarf creates itself: private, but `charts` is made by Helm's own code. */
const publicFolders: readonly string[] = ['charts'];

/**
 * Entries of a component tar in Zarf's order: the root folder, then a recursive walk, children
 * sorted bytewise within each folder. Folders that no entry names are added.
 * @see shared reference of the Zarf package format, 2.4
 */
export function componentTarEntries(
  root: string,
  entries: readonly ComponentEntry[],
  run: Run,
): readonly TarEntry[] {
  const all = new Map<string, ComponentEntry>();
  for (const entry of entries) {
    const parts = entry.path.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const path = parts.slice(0, depth).join('/');
      if (!all.has(path))
        all.set(path, {
          path,
          type: 'directory',
          mode: publicFolders.includes(path) ? 0o755 : 0o700,
          size: 0,
        });
    }
    all.set(entry.path, entry);
  }
  const sorted = [...all.values()].sort((a, b) => compareWalk(a.path, b.path));
  const prefix = root === '.' ? '' : `${root}/`;
  return [
    { type: 'directory', name: root, mode: 0o700, size: 0 },
    ...sorted.map(
      ({ path, type, mode, size, linkTarget, open }): TarEntry => ({
        type,
        name: `${prefix}${path}`,
        mode,
        size,
        ...(linkTarget === undefined ? {} : { linkTarget }),
        ...(open === undefined ? {} : { open: () => open(run) }),
      }),
    ),
  ];
}

/** Order of a walk that visits a folder before what is in it, names compared bytewise. */
export function compareWalk(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = Buffer.compare(Buffer.from(left[index] ?? ''), Buffer.from(right[index] ?? ''));
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Permission bits of a copied file, the same whatever umask it was checked out with: only "executable" survives. */
export function settledMode(mode: number): number {
  return (mode & 0o111) === 0 ? 0o644 : 0o755;
}

/**
 * Refuses names that Zarf refuses when it unpacks the component, on any platform, and two entries of one name.
 * @throws PackError PACK_NAME_INVALID
 * @see shared reference of the Zarf package format, 1.3
 */
export function refuseUnsafeNames(component: string, entries: readonly ComponentEntry[]): void {
  const seen = new Set<string>();
  for (const { path } of entries) {
    if (seen.has(path)) {
      throw new PackError(
        'PACK_NAME_INVALID',
        `component '${component}' would hold '${path}' twice`,
        {
          suggestions: ['Give its charts and its manifests different names'],
        },
      );
    }
    seen.add(path);
    const segment = path
      .split('/')
      .find((part) => part === '' || /[\\:\p{Cc}]|[. ]$/u.test(part) || device.test(part));
    if (segment !== undefined) {
      throw new PackError(
        'PACK_NAME_INVALID',
        `component '${component}' would hold '${path}', which Zarf refuses to unpack`,
        {
          suggestions: [
            "Rename it: no '\\' or ':', no dot or space at the end of a name, no Windows device name such as 'aux'",
          ],
        },
      );
    }
  }
}

const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?$/i;
