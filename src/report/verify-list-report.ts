import type { ExitCode } from '../errors/exit-codes.ts';
import type { FolderReport } from './release-folder-report.ts';
import type { VerifyReport } from './verify-report.ts';

/** One archive or folder gives its own report; several, or one that cannot be opened beside others, a list. */
export type VerifyResult = VerifyReport | FolderReport | VerifyList;

/** What `verify` says when more than one thing was named. */
export interface VerifyList {
  readonly schema: 'cowa-release/verify-list/v1';
  readonly reports: readonly (VerifyReport | FolderReport)[];
  /** What could not be opened, or is no archive at all. */
  readonly unreadable: readonly UnreadableLocation[];
  readonly exitCode: ExitCode;
}

export interface UnreadableLocation {
  readonly location: string;
  readonly code: string;
  readonly message: string;
  readonly suggestions: readonly string[];
  readonly exitCode: ExitCode;
  /** Page about it below the documentation folder. */
  readonly ref?: string;
}
