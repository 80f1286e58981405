import { join, relative } from 'node:path';
import { parseMemory } from '../../config/memory-size.ts';
import { parseImageConfig } from '../../oci/image-config.ts';
import { parseManifest } from '../../oci/manifest.ts';
import { normalizeReference } from '../../oci/reference.ts';
import {
  type BuildBase,
  type BuildRequest,
  EngineError,
  type ImageBuilder,
} from '../../ports/image-builder.ts';
import type { Run } from '../../support/run.ts';
import { askEngine } from './ask-engine.ts';
import { callEngine } from './engine-process.ts';
import { requireVersion } from './engine-version.ts';
import { buildFlags, builtFrom, failed, teller } from './one-build.ts';
import type { StagedBuild } from './stage-build.ts';

/** How buildah, or podman, which builds by the same library, is run. */
export interface BuildahOptions {
  readonly engine: 'buildah' | 'podman';
  /** Name or path. */
  readonly program: string;
  /** Folder that builds work in; each removes its own. */
  readonly folder: string;
  /** Whether this process is root: only then a network of its own can be had without a runtime. */
  readonly isRoot: boolean;
}

const tagMs = 30_000;
const maxDocumentBytes = 8 * 2 ** 20;
const pullMs = 30 * 60_000;
/** Those the command lines below were tried with; older ones lack options of them. */
const firstVersions = { buildah: [1, 28], podman: [4, 3] } as const;

/**
 * Builds with buildah or podman: no daemon, storage of its own that goes with the build, steps in a chroot. Nothing is
 * pulled: bases come from layouts.
 * @throws EngineError all codes
 */
export async function openBuildah(options: BuildahOptions, run: Run): Promise<ImageBuilder> {
  const { engine, program } = options;
  const said = await askEngine({ program, args: ['--version'], title: engine }, run);
  const [, name, version] = /^(\w+) version (\d+\.\d+\S*)/m.exec(said.stdout) ?? [];
  if (said.code !== 0 || name !== engine || version === undefined)
    throw new EngineError(
      'ENGINE_UNUSABLE',
      `${program} does not answer --version as ${engine} does`,
      {
        suggestions: ['Run it by hand, or name another engine with --engine'],
      },
    );
  requireVersion(engine, version, firstVersions[engine]);
  const identity = { engine, version };
  return {
    identity,
    build: (request, building) =>
      builtFrom(options.folder, request, identity, building, (staged) =>
        buildIn(staged, request, options, building),
      ),
  };
}

async function buildIn(
  staged: StagedBuild,
  request: BuildRequest,
  { engine, program, isRoot }: BuildahOptions,
  run: Run,
): Promise<void> {
  const { home, hidden } = staged;
  for (const base of staged.bases) await requireHistory(base, request, engine, run);
  const call = async (start: readonly string[], args: readonly string[], timeoutMs: number) => {
    const [name = program, ...rest] = [...start, program, ...storage(home, engine), ...args];
    const onLine = teller(request, run);
    const end = await callEngine(
      { program: name, title: engine, args: rest, home, timeoutMs, hidden, onLine },
      run,
    );
    if (end.code === 0) return end.stdout.trim();
    throw failed(engine, request, end, home);
  };
  // Relative to where it runs: it makes a name of the path, and takes a colon for its end.
  for (const { reference, layout } of staged.bases) {
    const id = await call([], ['pull', '--quiet', `oci:${relative(home, layout)}:base`], pullMs);
    const { registry, repository, tag = 'latest' } = normalizeReference(reference);
    await call([], ['tag', id.split('\n').at(-1) ?? '', `${registry}/${repository}:${tag}`], tagMs);
  }
  // Where steps run in a chroot, they have the network of buildah; so buildah is given none.
  const alone = [
    ...(isRoot && request.network === 'none' ? ['unshare', '--net', '--'] : []),
    ...(request.cpus === undefined ? [] : ['taskset', '--cpu-list', `0-${request.cpus - 1}`]),
  ];
  const [tag, place] = [
    `localhost/built:${process.pid}`,
    `oci:${relative(home, staged.output)}:image`,
  ];
  // Podman writes into its storage only.
  const to = engine === 'buildah' ? place : tag;
  await call(alone, buildahArguments(staged, request, isRoot, to), request.timeoutMs);
  if (engine === 'podman')
    await call(alone, ['push', '--quiet', '--format=oci', tag, place], pullMs);
}

/** The command line after the place of the storage. */
export function buildahArguments(
  { context, recipe, home }: Pick<StagedBuild, 'context' | 'recipe' | 'home'>,
  request: BuildRequest,
  isRoot: boolean,
  to: string,
): readonly string[] {
  const { memory, network, epochSeconds } = request;
  return [
    'build',
    ...(isRoot ? ['--isolation=chroot', '--network=host'] : [`--network=${network}`]),
    '--pull=never',
    '--format=oci',
    '--layers=false',
    '--http-proxy=false',
    '--identity-label=false',
    `--timestamp=${epochSeconds}`,
    ...buildFlags(request),
    ...(memory === undefined ? [] : [memoryLimit(memory, isRoot)]),
    // An ignore file was heeded before; what is in the context now is all of it.
    `--ignorefile=${join(home, 'no-ignore')}`,
    `--file=${join(recipe, 'Containerfile')}`,
    `--tag=${to}`,
    context,
  ];
}

/** In a chroot there is no control group: the limit is one of each process. */
function memoryLimit(memory: string, isRoot: boolean): string {
  if (!isRoot) return `--memory=${memory}`;
  const bytes = parseMemory(memory) ?? 0;
  return `--ulimit=data=${bytes}:${bytes}`;
}

function storage(home: string, engine: BuildahOptions['engine']): readonly string[] {
  return [
    `--root=${join(home, 'storage')}`,
    // Podman takes no more than 50 characters here; it runs in that folder.
    `--runroot=${engine === 'podman' ? 'run' : join(home, 'run')}`,
    '--storage-driver=vfs',
  ];
}

/**
 * Buildah takes the history of a base for a list of its layers; where it is shorter, what is built cannot be built
 * upon. The history is optional.
 * @see OCI image-spec 1.1, config.md, history
 */
async function requireHistory(
  { reference, image: { root, blobs } }: BuildBase,
  { name }: BuildRequest,
  engine: string,
  run: Run,
): Promise<void> {
  const find = async (digest: string, what: string): Promise<Uint8Array> => {
    const blob = blobs.find((each) => each.digest === digest);
    if (blob === undefined || blob.size > maxDocumentBytes)
      throw new EngineError(
        'ENGINE_UNUSABLE',
        `${name}: its base ${reference} has no readable ${what}`,
      );
    return Buffer.concat(await Array.fromAsync(blob.open(run)));
  };
  const manifest = parseManifest(await find(root.digest, 'manifest'), root.mediaType, reference);
  const { members } = parseImageConfig(await find(manifest.config.digest, 'config'), reference);
  const { history } = members;
  const told = (Array.isArray(history) ? history : []).filter(
    (each: unknown) => Reflect.get(Object(each), 'empty_layer') !== true,
  ).length;
  if (told === manifest.layers.length) return;
  throw new EngineError(
    'ENGINE_UNUSABLE',
    `${name}: ${engine} cannot build on ${reference}, whose config tells of ${told} of its ${manifest.layers.length} layers`,
    {
      suggestions: [
        'Build with BuildKit: --engine buildkit --builder tcp://host:port',
        'Or take a base with its history',
      ],
    },
  );
}
