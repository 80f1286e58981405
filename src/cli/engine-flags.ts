import { Flags } from '@oclif/core';
import type { EngineName } from '../config/build-source.ts';

/** Which engine builds images. */
export const engineFlags = {
  engine: Flags.option({
    options: ['auto', 'buildah', 'buildkit', 'buildx', 'podman'] as const,
    summary:
      'Program that builds (default: as the definition says, else BuildKit where builders are named, else buildah, podman or buildx, whichever is here first)',
  })(),
  builder: Flags.string({
    summary:
      'Address of the BuildKit to build with, tcp://host:port or unix:///path; with --engine buildx, name of its builder',
    helpValue: '<address>',
  }),
};

/** What these flags say; nothing for `auto`. */
export function engineChoice({
  engine,
  builder,
}: {
  readonly engine?: EngineName | 'auto' | undefined;
  readonly builder?: string | undefined;
}): { readonly engine?: EngineName; readonly builder?: string } {
  return {
    ...(engine === undefined || engine === 'auto' ? {} : { engine }),
    ...(builder === undefined ? {} : { builder }),
  };
}
