import { EnvironmentError } from '../../errors/families.ts';

/** Why a syft that was named did not help. */
export type SyftErrorCode =
  | 'SYFT_UNUSABLE' // it cannot be started, or is no syft
  | 'SYFT_TIMEOUT' // it did not end in time
  | 'SYFT_FAILED' // it ended with an error
  | 'SYFT_OTHER_IMAGE'; // what it wrote is about another image

/** The syft named by its path is no help. */
export class SyftError extends EnvironmentError<SyftErrorCode> {}
