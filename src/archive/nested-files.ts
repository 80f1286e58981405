/** Small files of one nested tar. */
export interface NestedFiles {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Wanted, and over a limit. */
  readonly tooLarge: readonly string[];
  /** Why reading the tar ended early. */
  readonly fault: string | undefined;
}
