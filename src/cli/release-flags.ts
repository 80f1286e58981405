import { Flags } from '@oclif/core';

/** Flags of every command that reads a release definition. */
export const releaseFlags = {
  definition: Flags.string({ char: 'f', summary: 'The release definition', default: 'cowa-release.yaml', helpValue: '<file>' }),
  flavor: Flags.option({ options: ['cpu', 'gpu', 'all'] as const, summary: 'Which flavor', required: true })(),
  'cache-dir': Flags.string({ summary: 'Where fetched and compressed content is kept between runs', env: 'COWA_CACHE_DIR', helpValue: '<folder>' }),
};

/** Flags of every command that signs. */
export const signingFlags = {
  key: Flags.string({ summary: 'Private key that signs (cosign format)', env: 'COWA_SIGNING_KEY', helpValue: '<file>' }),
  'password-file': Flags.string({ summary: 'File with its password (default: COWA_KEY_PASSWORD, COSIGN_PASSWORD, or asked)', helpValue: '<file>' }),
};
