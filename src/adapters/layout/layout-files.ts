import { posix } from 'node:path';
import type { Workspace } from '../../ports/workspace.ts';
import type { Run } from '../../support/run.ts';
import { LayoutError } from './layout-error.ts';

/** The files of a layout, in a folder or unpacked from a tar. */
export interface LayoutFiles {
  /** Path as the user gave it, for messages. */
  readonly origin: string;
  /** Bytes, or undefined when there is no such file. */
  size(path: string): Promise<number | undefined>;
  /** Content, not checked. */
  open(path: string, run: Run): AsyncIterable<Uint8Array>;
}

/** Opens files when they are first asked for, and then once; after a failure, with the next question again. */
export function openedOnce(
  open: (run: Run) => Promise<LayoutFiles>,
): (run: Run) => Promise<LayoutFiles> {
  let files: Promise<LayoutFiles> | undefined;
  return (run) => {
    files ??= open(run);
    return files.catch((error: unknown) => {
      files = undefined;
      throw error;
    });
  };
}

const maxDocumentBytes = 8 * 2 ** 20;

/** The files of a folder, read in place. */
export function folderFiles(path: string, workspace: Workspace): LayoutFiles {
  return {
    origin: path,
    async size(name) {
      const stat = await workspace.stat(posix.join(path, name));
      return stat?.kind === 'file' ? stat.size : undefined;
    },
    open: (name, run) => workspace.open(posix.join(path, name), run),
  };
}

/** A small file whole. @throws LayoutError LAYOUT_BLOB_MISSING, LAYOUT_INVALID */
export async function readDocument(
  files: LayoutFiles,
  path: string,
  run: Run,
): Promise<Uint8Array> {
  const size = await files.size(path);
  if (size === undefined) throw missing(files, path);
  if (size > maxDocumentBytes)
    throw new LayoutError(
      'LAYOUT_INVALID',
      `${files.origin}: ${path} has ${size} bytes, at most ${maxDocumentBytes} are read`,
    );
  const chunks: Uint8Array[] = [];
  for await (const chunk of files.open(path, run)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What is said when a file is not there. */
export function missing(files: LayoutFiles, path: string): LayoutError {
  return new LayoutError('LAYOUT_BLOB_MISSING', `${files.origin} has no ${path}`, {
    suggestions: ['Make the layout again: it is incomplete'],
  });
}
