/** A file that a package says is its own. */
export interface OwnedFile {
  /** From the root, without a leading slash. */
  readonly path: string;
  /** MD5 or SHA-1 in hex, as the package database has it. */
  readonly digest?: string;
}
