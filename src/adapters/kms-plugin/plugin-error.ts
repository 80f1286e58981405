import { EnvironmentError } from '../../errors/families.ts';

/** A KMS plugin that cannot be used, or answers what cannot be used: the operator acts. */
export class KmsPluginError extends EnvironmentError<
  | 'KMS_PLUGIN_MISSING' // a reference to a KMS key, and no program was named for it
  | 'KMS_PLUGIN_UNUSABLE' // no file, not executable, or anybody may write it
  | 'KMS_PLUGIN_NAME' // not the program of that scheme
  | 'KMS_PLUGIN_DIGEST' // not the pinned program, or another one than a moment ago
  | 'KMS_PLUGIN_TIMEOUT' // no answer within the stated time
  | 'KMS_PLUGIN_OUTPUT' // more output than any answer has
  | 'KMS_PLUGIN_ANSWER' // no answer of the protocol
  | 'KMS_PLUGIN_REFUSED' // it said why it did not sign
  | 'KMS_SIGNATURE' // a signature that its own public key does not verify
> {}
