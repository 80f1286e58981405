import type { Run } from '../support/run.ts';

export interface WorkspaceStat {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly linkTarget?: string;
  /** Of a file: another one after each change. Absent where nothing tells, or where it changed so lately that a further change might not show. */
  readonly stamp?: string;
}

/** The files of the user that definitions name: read only. Paths are absolute or relative to the root, with `/`. */
export interface Workspace {
  readonly root: string;
  /** undefined when there is nothing. Does not follow links. */
  stat(path: string): Promise<WorkspaceStat | undefined>;
  /** Names in a folder, sorted bytewise. */
  list(path: string): Promise<readonly string[]>;
  /** The same with the kind of each, for walking large trees; where it is absent, ask `stat`. */
  entries?(
    path: string,
  ): Promise<readonly (readonly [name: string, kind: WorkspaceStat['kind']])[]>;
  /** Whole content. @throws WorkspaceError WORKSPACE_MISSING, WORKSPACE_UNREADABLE, WORKSPACE_LIMIT */
  read(path: string, maxBytes: number): Promise<Uint8Array>;
  open(path: string, run: Run): AsyncIterable<Uint8Array>;
  /** The same for large files: a chunk is good until the next one is asked for, then its memory is used again. */
  openLent(path: string, run: Run): AsyncIterable<Uint8Array>;
}
