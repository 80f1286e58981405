import { resolve } from 'node:path';
import type { EngineCache } from '../adapters/engines/build-cache.ts';
import type { BuildkitTls } from '../adapters/engines/buildkit.ts';
import type {
  BuildCacheConfig,
  BuilderConfig,
  BuilderTls,
  BuildSourceConfig,
  EngineName,
} from '../config/build-source.ts';
import type { Platform } from '../oci/descriptor.ts';
import { EngineError, type ImageBuilder } from '../ports/image-builder.ts';
import { printable } from '../support/printable.ts';
import type { Run } from '../support/run.ts';

/** Which engine is wanted, and where it works. */
export interface EngineChoice {
  /** Of the command line; wins over the definition. */
  readonly engine?: EngineName;
  /** Address of a BuildKit, of the command line. */
  readonly builder?: string;
  readonly cacheDir: string;
  /** Absolute path of a file the definition names. */
  readonly fileAt: (path: string) => string;
}

/**
 * Opens the engine of a source: as the command line says, as the definition says, else the first one that answers.
 * With several builders for a platform, builds are spread over them.
 * @throws EngineError all codes
 */
export async function openEngine(
  config: BuildSourceConfig,
  choice: EngineChoice,
  platform: Platform,
  run: Run,
): Promise<ImageBuilder> {
  await clearWorkFolder(workFolder(choice));
  const named = choice.engine ?? config.engine;
  const cache = config.cache === undefined ? undefined : cacheOf(config.cache, choice);
  if (named === 'buildah' || named === 'podman') {
    if (cache !== undefined) refuseCache(named);
    return buildah(named, choice, run);
  }
  if (named === 'buildx') return buildx(choice, cache, run);
  const builders = buildersOf(config, choice, platform);
  if (named === 'buildkit' || builders.length > 0)
    return buildkit(builders, cache, choice, platform, run);
  const said: EngineError[] = [];
  // Of those that need no address, only one keeps layers.
  for (const engine of cache === undefined
    ? (['buildah', 'podman', 'buildx'] as const)
    : ['buildx' as const]) {
    try {
      return engine === 'buildx'
        ? await buildx(choice, cache, run)
        : await buildah(engine, choice, run);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      said.push(error);
    }
  }
  // One that is there and cannot be used is what to look after, rather than one that is not there.
  const here = said.filter(({ code }) => code !== 'ENGINE_MISSING');
  throw new EngineError(
    here[0]?.code ?? 'ENGINE_MISSING',
    `no engine that builds images is ${here.length === 0 ? 'here' : 'fit'}: ${said.map(({ message }) => message).join('; ')}; and no BuildKit was named`,
    {
      ...(here[0] === undefined ? {} : { cause: here[0] }),
      suggestions: [
        ...(here.length === 0
          ? [
              cache === undefined
                ? 'Install buildah'
                : 'Install docker buildx, or take cache out of the source',
            ]
          : new Set(here.flatMap(({ suggestions }) => suggestions))),
        'Or name a BuildKit with --builder tcp://host:port',
      ],
    },
  );
}

/** Builders for a platform; those named for nothing build for everything. */
function buildersOf(
  { builders = [] }: BuildSourceConfig,
  { builder }: EngineChoice,
  { os, architecture }: Platform,
): readonly BuilderConfig[] {
  if (builder !== undefined)
    return [builders.find(({ address }) => address === builder) ?? { address: builder }];
  return builders.filter(
    ({ platform }) => platform === undefined || platform === `${os}/${architecture}`,
  );
}

function cacheOf({ from = [], to = [] }: BuildCacheConfig, { fileAt }: EngineChoice): EngineCache {
  const placed = (places: typeof from): EngineCache['from'] =>
    places.map((place) =>
      place.type === 'local' ? { ...place, path: fileAt(place.path) } : place,
    );
  return { from: placed(from), to: placed(to) };
}

function refuseCache(engine: string): never {
  throw new EngineError(
    'ENGINE_UNUSABLE',
    `${engine} keeps no layers between builds here, and the definition names a cache for them`,
    { suggestions: ['Build with --engine buildkit or buildx, or take cache out of the source'] },
  );
}

async function buildx(
  { builder, cacheDir }: EngineChoice,
  cache: EngineCache | undefined,
  run: Run,
): Promise<ImageBuilder> {
  const { openBuildx } = await import('../adapters/engines/buildx.ts');
  return openBuildx(
    {
      program: 'docker',
      folder: workFolder({ cacheDir }),
      ...(builder === undefined ? {} : { builder }),
      ...(cache === undefined ? {} : { cache }),
    },
    run,
  );
}

async function buildah(
  engine: 'buildah' | 'podman',
  { cacheDir }: Pick<EngineChoice, 'cacheDir'>,
  run: Run,
): Promise<ImageBuilder> {
  const { openBuildah } = await import('../adapters/engines/buildah.ts');
  const isRoot = process.getuid?.() === 0;
  return openBuildah({ engine, program: engine, folder: workFolder({ cacheDir }), isRoot }, run);
}

async function buildkit(
  builders: readonly BuilderConfig[],
  cache: EngineCache | undefined,
  { cacheDir, fileAt }: EngineChoice,
  { os, architecture }: Platform,
  run: Run,
): Promise<ImageBuilder> {
  const { openBuildkit } = await import('../adapters/engines/buildkit.ts');
  const { builderPool } = await import('../adapters/engines/builder-pool.ts');
  const folder = workFolder({ cacheDir });
  const opened = await Promise.allSettled(
    builders.map(({ address, tls }) =>
      openBuildkit(
        {
          ...{ program: 'buildctl', address, folder },
          ...(cache === undefined ? {} : { cache }),
          ...(tls === undefined ? {} : { tls: tlsOf(tls, fileAt) }),
        },
        run,
      ),
    ),
  );
  const [first, ...more] = opened.flatMap((each) =>
    each.status === 'fulfilled' ? each.value : [],
  );
  for (const each of opened) {
    if (each.status === 'fulfilled') continue;
    if (first === undefined || !(each.reason instanceof EngineError)) throw each.reason;
    // One of several that is away does not stop a run that the others can do.
    const message = `passed over: ${printable(each.reason.message)}`;
    run.onProgress?.({ kind: 'note', message });
  }
  if (first !== undefined) return builderPool([first, ...more]);
  throw new EngineError(
    'ENGINE_MISSING',
    `no BuildKit was named that builds for ${os}/${architecture}`,
    {
      suggestions: [
        'Name one under builders of the source in cowa-release.yaml, or with --builder tcp://host:port',
      ],
    },
  );
}

function tlsOf(
  { ca, cert, key, serverName }: BuilderTls,
  fileAt: EngineChoice['fileAt'],
): BuildkitTls {
  return {
    ca: fileAt(ca),
    ...(cert === undefined ? {} : { cert: fileAt(cert) }),
    ...(key === undefined ? {} : { key: fileAt(key) }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

function workFolder({ cacheDir }: Pick<EngineChoice, 'cacheDir'>): string {
  // Engines run in folders of their own.
  return resolve(cacheDir, 'engines');
}

/** Builds of killed runs leave their copies behind. One that something still writes to goes next time. */
async function clearWorkFolder(folder: string): Promise<void> {
  const { removeLeftovers } = await import('../adapters/fs/remove-leftovers.ts');
  await removeLeftovers(folder, /^(\d+)\.[A-Za-z0-9]{6}$/).catch(() => undefined);
}
