import { Args, Flags } from '@oclif/core';
import { SignUsageError } from '../operations/sign-error.ts';

/** How the key commands are told which key: as their argument, or by the flag that all other commands have. */
export const namedKeyArgs = {
  key: Args.string({ description: 'The key file or reference; the same as --key' }),
};

export const namedKeyFlags = {
  key: Flags.string({
    summary: 'The key file, env://NAME, or <name>://<key> in a KMS',
    helpValue: '<file|reference>',
  }),
};

/** @throws SignUsageError SIGN_KEY_MISSING, SIGN_KEY_TWICE */
export function namedKey(argument: string | undefined, flag: string | undefined): string {
  if (argument !== undefined && flag !== undefined && argument !== flag) {
    throw new SignUsageError('SIGN_KEY_TWICE', `two keys were named: ${argument} and ${flag}`, {
      suggestions: ['Name one, as argument or with --key'],
    });
  }
  const key = argument ?? flag;
  if (key !== undefined) return key;
  throw new SignUsageError('SIGN_KEY_MISSING', 'no key was named', {
    suggestions: ['Name its file, as argument or with --key'],
  });
}
