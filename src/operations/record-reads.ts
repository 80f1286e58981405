import { posix } from 'node:path';
import type { Compute, HashSession } from '../archive/compute.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { type Digest, digestFromHex, digestOf } from '../oci/digest.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';

/** What was read of the user's files, by the path it was asked for. */
export interface RecordedReads {
  /** Digest of a file as it was read to its end last; undefined for one that was not, or is left out. */
  digestOf(path: string): Digest | undefined;
  /** Files at or below a folder that were read, sorted. */
  filesAt(path: string): readonly string[];
  /** Says what a file holds that was hashed before and did not change since. */
  note(path: string, digest: Digest, stamp: string | undefined): void;
  /** Hashes nothing at or below these paths: somebody else does. */
  leaveOut(paths: readonly string[]): void;
}

/** Smaller files are hashed before a thread could be told of them. */
const worthTelling = 2 ** 18;

/**
 * The same files, hashed while they are read: what a statement says went in is what went in, not what lies
 * there later. A file that was hashed and shows no change since is not hashed again.
 * @param compute hashes large files
 */
export function recordReads(
  below: Workspace,
  compute: Compute = inProcessCompute(),
): {
  readonly workspace: Workspace;
  readonly reads: RecordedReads;
} {
  const inProcess = inProcessCompute();
  const found = new Map<string, { readonly digest: Digest; readonly stamp: string | undefined }>();
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
    const place = cleanPath(path);
    const stamp = (await below.stat(path))?.stamp;
    if (stamp !== undefined && found.get(place)?.stamp === stamp) return yield* content;
    let hash: HashSession | undefined;
    let hex: string | undefined;
    try {
      for await (const chunk of content) {
        hash ??= (chunk.length < worthTelling ? inProcess : compute).hash();
        await hash.update(chunk);
        yield chunk;
        // Its memory may be used again.
        await hash.settled();
      }
      hex = await (hash ?? inProcess.hash()).digest();
    } finally {
      if (hex === undefined) hash?.digest().catch(() => undefined); // frees the session
    }
    const after = (await below.stat(path))?.stamp;
    found.set(place, { digest: digestFromHex(hex), stamp: after === stamp ? stamp : undefined });
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
        if (!isLeft(path))
          found.set(cleanPath(path), { digest: digestOf(bytes), stamp: undefined });
        return bytes;
      },
      open: (path: string, run: Run) => opened(path, below.open(path, run)),
      openLent: (path: string, run: Run) => opened(path, below.openLent(path, run)),
    },
    reads: {
      digestOf: (path) => found.get(cleanPath(path))?.digest,
      note: (path, digest, stamp) => void found.set(cleanPath(path), { digest, stamp }),
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
