import type { ByteSink } from '../archive/byte-sink.ts';

/** A file that does not exist under its name before `commit`. Disposed without it, nothing stays. */
export interface OutputFile extends ByteSink, AsyncDisposable {
  /** Where the bytes are before they get their name: what is verified first. */
  readonly temporaryPath: string;
  /**
   * Puts the bytes on the disk and gives them their name, replacing an older file.
   * @throws OutputError OUTPUT_CHANGED when what lies there is not the file that was written, or not as long; DISK_FULL, OUTPUT_NOT_WRITABLE
   */
  commit(): Promise<void>;
}

/** A folder results are written to. */
export interface OutputFolder {
  /** Path as the user gave it, joined with the name. */
  pathOf(name: string): string;
  /** Makes the folder where it is missing and removes what killed runs left. @throws OutputError DISK_FULL, OUTPUT_NOT_WRITABLE */
  create(name: string): Promise<OutputFile>;
  /** Names of the finished files in it, sorted. */
  list(): Promise<readonly string[]>;
  /** A finished small file, undefined where there is none. @throws OutputError OUTPUT_NOT_READABLE */
  read(name: string, maxBytes: number): Promise<Uint8Array | undefined>;
  /** Takes a finished file away; nothing happens where there is none. @throws OutputError OUTPUT_NOT_WRITABLE */
  remove(name: string): Promise<void>;
}
