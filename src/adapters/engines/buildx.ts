import { homedir } from 'node:os';
import { join } from 'node:path';
import { type BuildRequest, EngineError, type ImageBuilder } from '../../ports/image-builder.ts';
import type { Run } from '../../support/run.ts';
import { askEngine } from './ask-engine.ts';
import { cacheOptions, type EngineCache } from './build-cache.ts';
import { requireVersion } from './engine-version.ts';
import { type BuildkitClient, buildFlags, buildkitBuilder } from './one-build.ts';
import type { StagedBuild } from './stage-build.ts';

/** How `docker buildx` is run. */
export interface BuildxOptions {
  /** Name or path of `docker`. */
  readonly program: string;
  /** Name of one of its builders; default: the one that is in use. */
  readonly builder?: string;
  /** Folder that builds are staged in; each removes its own. */
  readonly folder: string;
  readonly cache?: EngineCache;
}

const frontend = 'dockerfile.v0';
/** The first with what is asked of it: outputs as folders with times of the release. */
const firstVersion = [0, 13] as const;

/**
 * Builds through `docker buildx`, with a builder of the kind docker-container, kubernetes or remote: the one that is
 * part of the docker engine gives no layouts unless it has the containerd image store.
 * @throws EngineError all codes
 */
export async function openBuildx(options: BuildxOptions, run: Run): Promise<ImageBuilder> {
  const { program, folder } = options;
  const env = buildxEnvironment();
  const said = await askEngine(
    { program, args: ['buildx', 'version'], env, title: 'docker buildx' },
    run,
  );
  const version = /docker\/buildx\s+(v?\d\S*)/.exec(said.stdout)?.[1];
  if (said.code !== 0 || version === undefined)
    throw new EngineError('ENGINE_UNUSABLE', `${program} has no buildx: ${said.tail}`, {
      suggestions: ['Install the buildx plugin of docker, or name another engine with --engine'],
    });
  requireVersion('buildx', version, firstVersion);
  const identity = { engine: 'buildx', version, frontend };
  const argumentsOf: BuildkitClient['argumentsOf'] = (staged, request) =>
    buildxArguments(staged, request, options);
  return buildkitBuilder({ program, title: 'docker buildx', folder, env, argumentsOf }, identity);
}

/** Its builders are known by files in the user's home; nothing else of it reaches the engine. */
function buildxEnvironment(): Readonly<Record<string, string>> {
  return { BUILDX_CONFIG: process.env['BUILDX_CONFIG'] ?? join(homedir(), '.docker', 'buildx') };
}

/**
 * The command line of one build.
 * @see docker buildx build, reference
 */
export function buildxArguments(
  { context, recipe, output, bases }: Pick<StagedBuild, 'context' | 'recipe' | 'output' | 'bases'>,
  request: BuildRequest,
  { builder, cache }: Pick<BuildxOptions, 'builder' | 'cache'>,
): readonly string[] {
  const { network } = request;
  const places = cache === undefined ? undefined : cacheOptions(cache);
  return [
    'buildx',
    'build',
    ...(builder === undefined ? [] : [`--builder=${builder}`]),
    '--progress=plain',
    '--provenance=false',
    '--sbom=false',
    '--pull=false',
    `--file=${join(recipe, 'Containerfile')}`,
    ...buildFlags(request),
    `--network=${network}`,
    ...(network === 'host' ? ['--allow=network.host'] : []),
    // A base is what was resolved and compared here, by whatever name the Containerfile calls it.
    ...bases.map(
      ({ reference, layout, image }) =>
        `--build-context=${reference}=oci-layout://${layout}@${image.root.digest}`,
    ),
    ...(places?.from ?? []).map((place) => `--cache-from=${place}`),
    ...(places?.to ?? []).map((place) => `--cache-to=${place}`),
    `--output=type=oci,tar=false,dest=${output},rewrite-timestamp=true,compression=uncompressed`,
    context,
  ];
}
