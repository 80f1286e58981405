import type { ClientSettings } from '../adapters/registry/make-client.ts';
import type { ImageSourceConfig } from '../config/release-definition.ts';
import { CowaError, UsageError } from '../errors/families.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { ReferrerSource } from '../ports/referrer-source.ts';
import { registryEnvironment, registrySettings } from './wire-registry.ts';

/** What is locked is nowhere to be read from. */
class ReferrerSourceError extends UsageError<'REFERRERS_NO_REGISTRY'> {}

/** Who is asked about images. */
export interface ReferrersWiring {
  /** As the command line has overridden them. */
  readonly sources: readonly ImageSourceConfig[];
  /** Folder of the definition. */
  readonly root: string;
  /** What is named by digest is read there. */
  readonly blobs: BlobStore;
  readonly login?: NonNullable<ClientSettings['login']>;
}

/** Registries that hold something about images, and whether they are asked for more than what is locked. */
export interface ImageReferrers {
  readonly source: ReferrerSource;
  readonly asks: boolean;
}

/**
 * The registries of a definition, asked in its order what they hold about images.
 * @param wish true: all of them; false: none; undefined: those whose entry says so
 */
export async function imageReferrers(
  { sources, root, blobs, login }: ReferrersWiring,
  wish: boolean | undefined,
): Promise<ImageReferrers> {
  const { RegistryReferrerSource } = await import('../adapters/registry/referrer-reader.ts');
  const environment = {
    ...(await registryEnvironment()),
    ...(login === undefined ? {} : { login }),
  };
  const registries = sources.flatMap((config) => (config.type === 'registry' ? [config] : []));
  const all = registries.map((config) => ({
    isAsked: wish ?? config.referrers === true,
    source: new RegistryReferrerSource(
      { ...environment, ...registrySettings(config, root) },
      blobs,
    ),
  }));
  const asked = all.filter(({ isAsked }) => isAsked).map(({ source }) => source);
  const readers = all.map(({ source }) => source);
  return {
    asks: asked.length > 0,
    source: {
      listReferrers: async (reference, subject, run) =>
        (await firstOwn(asked, (one) => one.listReferrers(reference, subject, run))) ?? [],
      findTagged: (reference, tag, run) =>
        firstOwn(asked, (one) => one.findTagged(reference, tag, run)),
      readReferrer: (reference, subject, listed, run) =>
        lastOwn(readers, (one) => one.readReferrer(reference, subject, listed, run)),
      readTagged: (reference, listed, run) =>
        lastOwn(readers, (one) => one.readTagged(reference, listed, run)),
    },
  };
}

/** The answer of the first that may contact the host; undefined where none may: it is not asked about. */
async function firstOwn<T>(
  sources: readonly ReferrerSource[],
  ask: (source: ReferrerSource) => Promise<T>,
): Promise<T | undefined> {
  for (const source of sources) {
    try {
      return await ask(source);
    } catch (error) {
      if (!isOtherHost(error)) throw error;
    }
  }
  return undefined;
}

/** The same, where not being allowed to is a failure: something is locked that nobody may fetch. */
async function lastOwn<T>(
  sources: readonly ReferrerSource[],
  ask: (source: ReferrerSource) => Promise<T>,
): Promise<T> {
  let refused: unknown;
  for (const source of sources) {
    try {
      return await ask(source);
    } catch (error) {
      if (!isOtherHost(error)) throw error;
      refused = error;
    }
  }
  throw (
    refused ??
    new ReferrerSourceError(
      'REFERRERS_NO_REGISTRY',
      'the lock names artifacts about images, and the definition has no registry to read them from',
      {
        suggestions: [
          'Name the registry under imageSources, or lock again: cowa-release images lock --no-referrers',
        ],
      },
    )
  );
}

function isOtherHost(error: unknown): boolean {
  return error instanceof CowaError && error.code === 'REGISTRY_HOST_REFUSED';
}
