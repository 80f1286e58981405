import { Flags } from '@oclif/core';
import { releaseFlags } from './release-flags.ts';

/** Flags of every image command: those of a release, for all flavors unless one is named. */
export const imagesFlags = {
  ...releaseFlags,
  flavor: Flags.option({
    options: ['cpu', 'gpu', 'all'] as const,
    summary: 'Which flavor',
    default: 'all' as const,
  })(),
};

/** Of the commands that can look at what is locked instead of what the tags say now. */
export const lockedFlag = {
  locked: Flags.boolean({
    summary: 'Take exactly what cowa-release.lock.json names; refuse anything else',
  }),
};

/** The part of a request that all image commands share. */
export function imagesRequest(flags: {
  readonly definition: string;
  readonly flavor: 'cpu' | 'gpu' | 'all';
  readonly 'cache-dir'?: string | undefined;
}): { definition: string; flavor: 'cpu' | 'gpu' | 'all'; cacheDir?: string } {
  const { definition, flavor, 'cache-dir': cacheDir } = flags;
  return { definition, flavor, ...(cacheDir === undefined ? {} : { cacheDir }) };
}
