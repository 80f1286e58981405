import { InputError, UsageError } from '../errors/families.ts';

/** What was asked of `sign` cannot be, or would replace something without having been told to. */
export class SignUsageError extends UsageError<
  | 'SIGN_KEY_MISSING' // no key was given
  | 'SIGN_KEY_TWICE' // the argument names another key than --key
  | 'SIGN_INPUT_STREAM' // standard input cannot be read twice
  | 'SIGN_OUTPUT_MISSING' // a signed package is a new file, and nobody said where
  | 'SIGN_OUTPUT_NAME' // the signed package would have a name that no program opens
  | 'SIGN_OUTPUT_IS_INPUT' // --out names the archive itself
  | 'SIGN_OUTPUT_EXISTS' // something is there already
  | 'SIGN_ALREADY_SIGNED' // by another key, or in a way that does not verify
> {}

/** An archive that is not signed. */
export class SignInputError extends InputError<
  | 'SIGN_FORMAT_UNSUPPORTED' // neither a package nor a legacy bundle
  | 'SIGN_PACKAGE_INCOMPLETE' // zarf.yaml or checksums.txt are missing, or do not account for every file
  | 'SIGN_REFUSED' // it does not pass verification
> {}
