import { Flags } from '@oclif/core';
import { rendererFlags } from './renderer-flags.ts';
import { answerFlags, reportFlag } from './verify-flags.ts';

const { output, checks, skip } = answerFlags;

/** What `lint` is asked, besides the folder. */
export const lintFlags = {
  ...rendererFlags,
  output,
  report: reportFlag(),
  checks,
  skip,
  'fail-on': Flags.option({
    options: ['error', 'warning', 'note', 'undecided'] as const,
    summary:
      'What else keeps definitions from passing; undecided: also where a hint could not be looked at',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: '<what>',
  })(),
  policy: Flags.string({
    summary: 'Severities, waivers and size budgets',
    env: 'COWA_POLICY',
    helpValue: '<file>',
  }),
  flavor: Flags.string({
    summary: 'Judge only what cowa-release.yaml names for this flavor: cpu, gpu',
    helpValue: '<name>',
  }),
  'zarf-flavor': Flags.string({
    summary: "Judge packages only in this flavor of Zarf's: what only.flavor of components says",
    helpValue: '<name>',
  }),
  'install-date': Flags.string({
    summary:
      'Day on which the release is to be installed: certificates have to hold then; default today',
    helpValue: '<YYYY-MM-DD>',
  }),
  'changed-since': Flags.string({
    summary:
      'Tell only findings about files that differ from this revision, and what those newly break elsewhere; needs --git',
    helpValue: '<revision>',
    dependsOn: ['git'],
    exclusive: ['changed'],
  }),
  git: Flags.string({
    summary: 'Path of git, for --changed-since; none is looked for',
    env: 'COWA_GIT',
    helpValue: '<file>',
  }),
  changed: Flags.string({
    summary:
      'Tell only findings in the files this file lists, one a line (- for standard input), relative to the working directory',
    helpValue: '<file>',
  }),
  watch: Flags.boolean({
    summary: 'Judge again whenever something changes, until Ctrl-C',
    exclusive: ['json', 'report', 'fix'],
  }),
  fix: Flags.boolean({ summary: 'Mend what can be mended safely, then judge again' }),
  'dry-run': Flags.boolean({
    summary: 'With --fix: print what would be changed, as a unified diff, and change nothing',
    dependsOn: ['fix'],
  }),
  all: Flags.boolean({ summary: 'List every finding, and what each check found good' }),
};
