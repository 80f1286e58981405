import { Flags } from '@oclif/core';
import { reportKinds } from '../report/report-kinds.ts';
import { keyOpeningFlags } from './signing-flags.ts';

/** What `verify` answers in, and what it is asked to look at. */
export const answerFlags = {
  output: Flags.option({
    options: ['text', ...reportKinds] as const,
    summary: 'Format of the result (default: text); others are one document on standard output',
    helpGroup: 'GLOBAL',
    helpValue: '<format>',
  })(),
  report: reportFlag('; and dossier=<folder>, the report for people'),
  'fail-on': Flags.option({
    options: ['error', 'warning', 'note', 'undecided'] as const,
    summary:
      'What else keeps an archive from passing; undecided: every check must have been decided',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: '<what>',
  })(),
  checks: Flags.string({
    summary: 'Run only these checks: ids, * for any run of characters; the others are undecided',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: '<pattern>',
  }),
  skip: Flags.string({
    summary: 'Leave these checks out; they are reported as not looked at',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: '<pattern>',
  }),
  attest: Flags.string({
    summary:
      'Sign the verdict, also one that fails: a SLSA verification summary over the digest of what was judged goes to this file',
    helpValue: '<path>',
  }),
  'attest-key': Flags.string({
    summary:
      'Private key that signs the verdict: a file of cosign or encrypted PKCS#8, env://NAME, or <name>://<key> in a KMS',
    env: 'COWA_ATTEST_KEY',
    helpValue: '<file|reference>',
  }),
  ...keyOpeningFlags,
};

/** Results in files. @param more what the command writes besides the kinds that others have, too */
export function reportFlag(more = '') {
  return Flags.string({
    summary: `Write the result to a file too, as <kind>=<path>. Kinds: text, ${reportKinds.join(', ')}${more}`,
    multiple: true,
    multipleNonGreedy: true,
    helpValue: '<kind=path>',
  });
}
