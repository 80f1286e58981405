import {
  BuildFailure,
  type BuildRequest,
  type BuiltImage,
  EngineError,
  type EngineIdentity,
} from '../../ports/image-builder.ts';
import type { Run } from '../../support/run.ts';
import type { EngineEnd } from './engine-process.ts';
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
  const staged = await stageBuild(folder, request, run);
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

/** Shows what an engine says last beside the step of its image. */
export function teller({ name }: BuildRequest, run: Run): (line: string) => void {
  return (line) =>
    run.onProgress?.({ kind: 'step-progress', step: name, bytes: 0, phase: line.slice(0, 120) });
}

/** Said when an engine ends with an error. */
export function failed(
  engine: string,
  { name }: BuildRequest,
  { code, tail }: EngineEnd,
): BuildFailure {
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
export function refuseLimits(engine: string, { name, memory, cpus }: BuildRequest): void {
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

/** Orders named values, so that one request is one command line. */
export function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
