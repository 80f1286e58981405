import { Flags } from '@oclif/core';

/** How much of an archive `verify` is willing to read. */
export const readLimitFlags = {
  'max-entries': Flags.integer({
    summary: 'Tar headers in one archive (default: 100000)',
    min: 1,
    helpGroup: 'LIMITS',
    helpValue: '<number>',
  }),
  'max-entry-size': Flags.string({
    summary: 'Content of one entry (default: 2TiB)',
    helpGroup: 'LIMITS',
    helpValue: '<size>',
  }),
  'max-expansion': Flags.integer({
    summary: 'Bytes that may come out of each byte of the file, once 64 MiB came (default: 1000)',
    min: 1,
    helpGroup: 'LIMITS',
    helpValue: '<times>',
  }),
  'max-frames': Flags.integer({
    summary: 'zstd frames in one archive (default: 4000000)',
    min: 1,
    helpGroup: 'LIMITS',
    helpValue: '<number>',
  }),
};
