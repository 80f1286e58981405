/** The commit that definitions lie in. */
export interface SourceRevision {
  /** Lower-case hex. */
  readonly commit: string;
  /** Where the repository is fetched from, without user and password; undefined: nowhere, or a folder of this machine. */
  readonly repository?: string;
  /** Folder of the release definition in the work tree; empty at its top. */
  readonly folder: string;
  /** Whether files differ from the commit; undefined: nobody looked, for git was not named. */
  readonly dirty: boolean | undefined;
}
