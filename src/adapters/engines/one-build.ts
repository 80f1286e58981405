import type { CowaError } from '../../errors/families.ts';
import {
  BuildFailure,
  type BuildRequest,
  type BuiltImage,
  EngineError,
  type EngineIdentity,
  type ImageBuilder,
} from '../../ports/image-builder.ts';
import type { Run } from '../../support/run.ts';
import { diskFull, isDiskFull, saysDiskFull } from './disk-full.ts';
import { callEngine, type EngineCall, type EngineEnd } from './engine-process.ts';
import { readLayout } from './layout-folder.ts';
import { type StagedBuild, stageBuild } from './stage-build.ts';

/** Stages a build, has it done, and gives what lies there then. Nothing stays behind where it fails. */
export async function builtFrom(
  folder: string,
  request: BuildRequest,
  by: EngineIdentity,
  run: Run,
  work: (staged: StagedBuild) => Promise<void>,
): Promise<BuiltImage> {
  const staged = await stageBuild(folder, request, run).catch((error: unknown) => {
    throw isDiskFull(error) ? diskFull(request.name, folder, '', error) : error;
  });
  const remove = async (): Promise<void> => {
    await staged[Symbol.asyncDispose]();
  };
  try {
    await work(staged);
    return {
      by,
      ...(await readLayout(staged.output, request.name)),
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** How a program that talks to a BuildKit is called for one build. */
export interface BuildkitClient {
  readonly program: string;
  /** As it is called where it fails. */
  readonly title: string;
  /** Folder that builds are staged in; each removes its own. */
  readonly folder: string;
  readonly env?: EngineCall['env'];
  readonly argumentsOf: (staged: StagedBuild, request: BuildRequest) => readonly string[];
}

/** Builds with a BuildKit, through a program that talks to it. */
export function buildkitBuilder(
  { program, title, folder, env, argumentsOf }: BuildkitClient,
  identity: EngineIdentity,
): ImageBuilder {
  return {
    identity,
    build(request, run) {
      refuseLimits(title, request);
      return builtFrom(folder, request, identity, run, async (staged) => {
        const { home, hidden } = staged;
        const args = argumentsOf(staged, request);
        const onLine = teller(request, run);
        const { timeoutMs } = request;
        const call = { program, args, home, timeoutMs, hidden, onLine };
        const end = await callEngine({ ...call, ...(env === undefined ? {} : { env }) }, run);
        if (end.code !== 0) throw failed(title, request, end, title);
      });
    },
  };
}

/** Shows what an engine says last beside the step of its image. */
export function teller({ name }: BuildRequest, run: Run): (line: string) => void {
  return (line) =>
    run.onProgress?.({ kind: 'step-progress', step: name, bytes: 0, phase: line.slice(0, 120) });
}

/**
 * Said when an engine ends with an error.
 * @param place where it writes: a folder here, or who writes elsewhere
 */
export function failed(
  engine: string,
  { name }: BuildRequest,
  { code, tail }: EngineEnd,
  place: string,
): CowaError {
  if (saysDiskFull(tail)) return diskFull(name, place, `. It said last:\n${tail}`);
  return new BuildFailure(
    'BUILD_FAILED',
    `${engine} ended with ${code} while building ${name}. It said last:\n${tail}`,
    { suggestions: ['Correct what the last lines name, then run the same command again'] },
  );
}

/** `linux/arm64/v8` */
export function platformOf({ platform: { os, architecture, variant } }: BuildRequest): string {
  return [os, architecture, variant].filter((part) => part !== undefined).join('/');
}

/**
 * A BuildKit runs the steps of many builds, and limits none of them by itself.
 * @throws EngineError ENGINE_UNUSABLE
 */
function refuseLimits(engine: string, { name, memory, cpus }: BuildRequest): void {
  if (memory === undefined && cpus === undefined) return;
  throw new EngineError(
    'ENGINE_UNUSABLE',
    `${name}: ${engine} does not limit the ${memory === undefined ? 'processors' : 'memory'} of one build`,
    {
      suggestions: [
        'Take memory and cpus out of the image and limit buildkitd, or build with buildah',
      ],
    },
  );
}

/** Build arguments, with the time of the release, as `NAME=value` in the order of their names. */
export function buildArguments({ args, epochSeconds }: BuildRequest): readonly string[] {
  return assignments({ ...args, SOURCE_DATE_EPOCH: String(epochSeconds) });
}

/** Labels as `name=value` in the order of their names. */
export function labelsOf({ labels }: BuildRequest): readonly string[] {
  return assignments(labels);
}

/** What is asked of one build, as the flags that `docker build` gave to all that came after it. */
export function buildFlags(request: BuildRequest): readonly string[] {
  const { target, secrets, ssh = [] } = request;
  return [
    `--platform=${platformOf(request)}`,
    ...(target === undefined ? [] : [`--target=${target}`]),
    ...buildArguments(request).map((each) => `--build-arg=${each}`),
    ...labelsOf(request).map((each) => `--label=${each}`),
    ...secrets.map(({ id, file }) => `--secret=id=${id},src=${file}`),
    ...ssh.map(({ id, file }) => `--ssh=${id}=${file}`),
  ];
}

/** In one order, so that one request is one command line. */
function assignments(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`);
}
