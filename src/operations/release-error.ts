import { InputError, UsageError } from '../errors/families.ts';

/** The release definition or the command line asks for something that cannot be. */
export class ReleaseUsageError extends UsageError<
  | 'RELEASE_DEFINITION_INVALID' // cowa-release.yaml or a bundle definition, with places
  | 'RELEASE_DEFINITION_MISSING' // no cowa-release.yaml where one is looked for
  | 'RELEASE_FLAVOR_UNKNOWN' // --flavor names one the definition lacks
  | 'RELEASE_NAME_CLASH' // two flavors would write different content under one file name
  | 'RELEASE_MEMBER_MISSING' // a bundle names a package nobody builds or has
  | 'RELEASE_LOCK_INVALID' // the lock file cannot be read as one, or is of another release
  | 'LOCK_NAME_UNKNOWN' // what is to be looked at anew is nothing of the release
  | 'RELEASE_KEY_MISSING' // neither a key nor the wish for an unsigned release
  | 'RELEASE_IDENTITY_BUNDLE' // bundles deploy packages signed by key only
  | 'RELEASE_FLAVOR_MISSING' // neither a flag, a variable nor the settings name one
  | 'OUTPUT_FOREIGN_FILE' // the output folder holds files that no earlier run of ours wrote
> {}

/** A payload or a foreign package is not what was promised. */
export class ReleaseInputError extends InputError<
  | 'PAYLOAD_MISSING'
  | 'PAYLOAD_MISMATCH'
  | 'PAYLOAD_PICKLED' // weights that run code when they are loaded, and no policy allows them
  | 'MEMBER_REFUSED' // a foreign package does not pass our own verification
  | 'SELF_VERIFY_FAILED' // what was just written does not pass
> {}
