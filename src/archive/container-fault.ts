import type { ArchiveErrorCode } from './archive-error.ts';

/** A fault that ends the reading of a container; the survey turns it into a fatal problem. */
export class ContainerFault extends Error {
  readonly code: ArchiveErrorCode;
  readonly entry: string | undefined;

  constructor(code: ArchiveErrorCode, message: string, entry?: string) {
    super(message);
    this.code = code;
    this.entry = entry;
  }
}
