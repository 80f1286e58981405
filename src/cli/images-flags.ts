import { Flags } from '@oclif/core';
import { releaseFlags } from './release-flags.ts';
import type { ReleaseFlags, SettledRelease } from './release-request.ts';

/** Flags of every image command: those of a release, for all flavors unless one is named. */
export const imagesFlags = {
  ...releaseFlags,
  flavor: Flags.option({
    options: ['cpu', 'gpu', 'all'] as const,
    summary: 'Which flavor (default: COWA_FLAVOR, all)',
  })(),
};

/** Of the commands that can look at what is locked instead of what the tags say now. */
export const lockedFlag = {
  locked: Flags.boolean({
    summary: 'Take exactly what cowa-release.lock.json names; refuse anything else',
  }),
};

/** Of the commands that keep what registries hold about images. */
export const referrersFlag = {
  referrers: Flags.boolean({
    summary:
      'Also what registries hold about the images: signatures, statements, SBOMs (default: as imageSources say)',
    allowNo: true,
  }),
};

/** The part of a request that all image commands share. */
export async function imagesRequest(flags: ReleaseFlags): Promise<Omit<SettledRelease, 'config'>> {
  const { settleRelease } = await import('./release-request.ts');
  const { config: _, ...release } = await settleRelease(flags, process.env, 'all');
  return release;
}
