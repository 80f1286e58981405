import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { type Digest, digestFromHex, digestOf } from '../oci/digest.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';

/** What was read of the user's files, by the path it was asked for. */
export interface RecordedReads {
  /** Digest of a file as it was read to its end last; undefined for one that was not, or is left out. */
  digestOf(path: string): Digest | undefined;
  /** Files at or below a folder that were read, sorted. */
  filesAt(path: string): readonly string[];
  /** Hashes nothing at or below these paths: somebody else does. */
  leaveOut(paths: readonly string[]): void;
}

/**
 * The same files, hashed while they are read: what a statement says went in is what went in, not what lies
 * there later.
 */
export function recordReads(below: Workspace): {
  readonly workspace: Workspace;
  readonly reads: RecordedReads;
} {
  const found = new Map<string, Digest>();
  const left = new Set<string>();
  const isLeft = (path: string): boolean => {
    for (let at = cleanPath(path); ; at = posix.dirname(at)) {
      if (left.has(at)) return true;
      if (at === '.' || at === '/' || at === posix.dirname(at)) return false;
    }
  };
  const hashed = async function* (
    path: string,
    content: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    for await (const chunk of content) {
      // Before it is handed on: its memory may be used again.
      hash.update(chunk);
      yield chunk;
    }
    found.set(cleanPath(path), digestFromHex(hash.digest('hex')));
  };
  const opened = (path: string, content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
    isLeft(path) ? content : hashed(path, content);
  const entries = below.entries?.bind(below);
  return {
    workspace: {
      root: below.root,
      stat: (path) => below.stat(path),
      list: (path) => below.list(path),
      ...(entries === undefined ? {} : { entries }),
      async read(path, maxBytes) {
        const bytes = await below.read(path, maxBytes);
        if (!isLeft(path)) found.set(cleanPath(path), digestOf(bytes));
        return bytes;
      },
      open: (path: string, run: Run) => opened(path, below.open(path, run)),
      openLent: (path: string, run: Run) => opened(path, below.openLent(path, run)),
    },
    reads: {
      digestOf: (path) => found.get(cleanPath(path)),
      filesAt(path) {
        const at = cleanPath(path);
        const prefix = at === '.' ? '' : `${at}/`;
        return [...found.keys()].filter((file) => file === at || file.startsWith(prefix)).sort();
      },
      leaveOut(paths) {
        for (const path of paths) left.add(cleanPath(path));
      },
    },
  };
}

function cleanPath(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/$/, '');
}
