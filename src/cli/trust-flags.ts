import { Flags } from '@oclif/core';

/** Whom `verify` believes when that is more than one key, and what it remembers. */
export const trustFlags = {
  'trust-policy': Flags.string({
    summary: 'Who may sign what: roles, thresholds, times, revoked keys; in the place of --key',
    env: 'COWA_TRUST_POLICY',
    helpValue: '<file>',
  }),
  'warn-days': Flags.integer({
    summary: 'Warn of keys, certificates and policies that end within so many days (default: 30)',
    min: 0,
    max: 3650,
    helpValue: '<days>',
  }),
  since: Flags.string({
    summary: 'Record of what was accepted last: anything older fails',
    helpValue: '<file>',
  }),
  'since-key': Flags.string({
    summary: 'Public key the record is signed with, where the trust policy names no role for it',
    env: 'COWA_SINCE_KEY',
    helpValue: '<file>',
  }),
  accept: Flags.string({
    summary:
      'Like --since, and what passes is written into the record; it is made where there is none',
    exclusive: ['since'],
    helpValue: '<file>',
  }),
  'accept-key': Flags.string({
    summary: 'Private key that signs the record, named as --attest-key is',
    env: 'COWA_ACCEPT_KEY',
    helpValue: '<file|reference>',
  }),
};

/** The flags as oclif names them. */
export interface TrustFlagValues {
  readonly 'trust-policy'?: string | undefined;
  readonly 'warn-days'?: number | undefined;
  readonly since?: string | undefined;
  readonly 'since-key'?: string | undefined;
  readonly accept?: string | undefined;
  readonly 'accept-key'?: string | undefined;
}
