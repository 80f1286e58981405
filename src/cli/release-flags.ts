import { Flags } from '@oclif/core';

// None has a default or a variable here: settling them is the work of config/resolve-config.ts.

/** Flags of every command that reads a release definition. */
export const releaseFlags = {
  definition: Flags.string({
    char: 'f',
    summary: 'The release definition (default: COWA_DEFINITION, cowa-release.yaml)',
    helpValue: '<file>',
  }),
  flavor: Flags.option({
    options: ['cpu', 'gpu', 'all'] as const,
    summary: 'Which flavor (default: COWA_FLAVOR)',
  })(),
  'cache-dir': Flags.string({
    summary:
      'Where fetched and compressed content is kept between runs (default: COWA_CACHE_DIR, the cache folder of this user)',
    helpValue: '<folder>',
  }),
  'registry-override': Flags.string({
    summary:
      'Registry to ask instead of another, as host=other-host (also: COWA_REGISTRY_OVERRIDES)',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: '<host=other-host>',
  }),
};
