import { type BuildRequest, EngineError, type ImageBuilder } from '../../ports/image-builder.ts';
import type { Run } from '../../support/run.ts';
import { callEngine } from './engine-process.ts';
import { builtFrom, byName, failed, teller } from './one-build.ts';
import type { StagedBuild } from './stage-build.ts';

/** How a BuildKit is reached. */
export interface BuildkitOptions {
  /** Name or path of `buildctl`. */
  readonly program: string;
  /** `tcp://host:port` or `unix:///path`. */
  readonly address: string;
  /** Folder that builds are staged in; each removes its own. */
  readonly folder: string;
}

const startMs = 30_000;
/** The one that is part of BuildKit: none is fetched. */
const frontend = 'dockerfile.v0';

/**
 * Builds with a BuildKit that listens somewhere, through `buildctl`. Bases are handed over as layouts: it pulls
 * nothing, and pushes nothing.
 * @throws EngineError ENGINE_MISSING, ENGINE_UNUSABLE
 */
export async function openBuildkit(options: BuildkitOptions, run: Run): Promise<ImageBuilder> {
  const { program, address, folder } = options;
  const said = await callEngine(
    { program, args: ['--addr', address, 'debug', 'info'], home: '/', timeoutMs: startMs },
    run,
  );
  const version = /^BuildKit:\s+\S+\s+(\S+)/m.exec(said.stdout)?.[1];
  if (said.code !== 0 || version === undefined)
    throw new EngineError('ENGINE_UNUSABLE', `no BuildKit answers at ${address}: ${said.tail}`, {
      suggestions: [
        'Start it (buildkitd --addr …), or correct the address under builders or of --builder',
      ],
    });
  const identity = { engine: 'buildkit', version, frontend };
  return {
    identity,
    build(request, building) {
      if (request.memory !== undefined)
        throw new EngineError(
          'ENGINE_UNUSABLE',
          `${request.name}: a BuildKit does not limit the memory of one build`,
          {
            suggestions: [
              'Take memory out of the image and limit buildkitd, or build with buildah',
            ],
          },
        );
      return builtFrom(folder, request, identity, building, async (staged) => {
        const { home, hidden } = staged;
        const args = buildctlArguments(staged, request, address);
        const onLine = teller(request, building);
        const { timeoutMs } = request;
        const end = await callEngine({ program, args, home, timeoutMs, hidden, onLine }, building);
        if (end.code !== 0) throw failed(`buildkit at ${address}`, request, end);
      });
    },
  };
}

/** The command line of one build. */
export function buildctlArguments(
  { context, recipe, output, bases }: Pick<StagedBuild, 'context' | 'recipe' | 'output' | 'bases'>,
  request: BuildRequest,
  address: string,
): readonly string[] {
  const { platform, target, args, labels, secrets, network, epochSeconds } = request;
  const { os, architecture, variant } = platform;
  const options: readonly string[] = [
    'filename=Containerfile',
    `platform=${[os, architecture, variant].filter((part) => part !== undefined).join('/')}`,
    `force-network-mode=${network}`,
    ...(target === undefined ? [] : [`target=${target}`]),
    ...Object.entries({ ...args, SOURCE_DATE_EPOCH: String(epochSeconds) })
      .sort(byName)
      .map(([name, value]) => `build-arg:${name}=${value}`),
    ...Object.entries(labels)
      .sort(byName)
      .map(([name, value]) => `label:${name}=${value}`),
    // A base is what was resolved and compared here, by whatever name the Containerfile calls it.
    ...bases.map(
      ({ reference, image }, index) =>
        `context:${reference}=oci-layout://base${index}@${image.root.digest}`,
    ),
  ];
  return [
    '--addr',
    address,
    'build',
    '--progress=plain',
    '--frontend',
    frontend,
    '--local',
    `context=${context}`,
    '--local',
    `dockerfile=${recipe}`,
    ...bases.flatMap(({ layout }, index) => ['--oci-layout', `base${index}=${layout}`]),
    ...options.flatMap((option) => ['--opt', option]),
    ...secrets.flatMap(({ id, file }) => ['--secret', `id=${id},src=${file}`]),
    ...(network === 'host' ? ['--allow', 'network.host'] : []),
    '--output',
    `type=oci,tar=false,dest=${output},rewrite-timestamp=true,compression=uncompressed`,
  ];
}
