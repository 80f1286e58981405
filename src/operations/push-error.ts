import { InputError, UsageError } from '../errors/families.ts';

/** What was asked to be pushed cannot be, or must not. */
export class PushUsageError extends UsageError<
  | 'PUSH_NAMES_COLLIDE' // two images would get one name
  | 'PUSH_TAG_TAKEN' // something else has the tag
  | 'PUSH_NOTHING'
> {}

/** An archive that was to be pushed cannot be. */
export class ArchivePushError extends InputError<
  | 'PUSH_REFUSED' // the archive does not pass verification
  | 'PUSH_FORMAT' // no package, and no bundle of the format that is pushed
  | 'PUSH_NAME' // name and version give no repository and tag
  | 'PUSH_BESIDE_LIMIT' // too much lies beside it
> {}
