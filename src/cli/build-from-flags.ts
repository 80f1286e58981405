import { resolve } from 'node:path';
import type { EngineName } from '../config/build-source.ts';
import { exitCodes, worstExitCode } from '../errors/exit-codes.ts';
import { InternalError } from '../errors/families.ts';
import { buildImages, type ImageBuild } from '../operations/build-images.ts';
import { isBuildSource } from '../operations/build-source.ts';
import { releasePlatform } from '../operations/resolve-release-images.ts';
import { BuildFailure, EngineError, type ImageBuilder } from '../ports/image-builder.ts';
import { OutputError } from '../ports/storage-error.ts';
import type { Run } from '../support/run.ts';
import { keepRun, type Recording } from './keep-run.ts';
import { type OpenRelease, openRelease } from './open-release.ts';
import type { SettledRelease } from './release-request.ts';
import type { RunSinks } from './run-flags.ts';
import type { RunLimits } from './run-limit-flags.ts';
import { openEngine } from './wire-engines.ts';
import { releaseOf } from './wire-run.ts';

/** How images are built. */
export interface BuildChoice {
  readonly engine?: EngineName;
  readonly builder?: string;
  /** Build what was built of the same inputs, too. */
  readonly rebuild: boolean;
  /** Builds at once. */
  readonly jobs: number;
  /** What all of them may take. */
  readonly limits?: RunLimits;
}

/** What `images build` was asked for. */
export interface BuildRequest extends Omit<SettledRelease, 'config'>, BuildChoice {
  /** Build what is locked: images are said to come from where they came from then. */
  readonly locked: boolean;
  readonly programVersion: string;
  /** Where figures of the run go besides its record. */
  readonly sinks: RunSinks;
}

/** Builds the images of every flavor asked for into the cache. */
export async function imagesBuild(
  request: BuildRequest,
  run: Run,
): Promise<{ readonly images: readonly ImageBuild[]; readonly cacheDir: string }> {
  const release = await openRelease({ ...request, ...request.limits, runActions: true }, run);
  const { cacheDir } = release;
  const { jobs, programVersion, sinks } = request;
  const command = 'images build';
  const recorded = {
    command,
    release: releaseOf(release.plan),
    jobs,
    programVersion,
    cacheDir,
    sinks,
  };
  const images = await keepRun(recorded, run, async ({ graph, made }) => {
    const done = await buildFor(release, request, run, graph);
    made(
      done.flatMap(({ reference, digest, size, outcome }) =>
        digest === undefined
          ? []
          : [{ name: reference, digest, size: size ?? 0, reused: outcome === 'reused' }],
      ),
    );
    return done;
  });
  return { images, cacheDir };
}

/**
 * Builds what a release needs and was not built of what lies there now.
 * @throws BuildFailure BUILD_FAILED, EngineError ENGINE_UNUSABLE or OutputError DISK_FULL, naming every image; BuildError
 */
export async function buildMissing(
  release: OpenRelease,
  choice: Omit<BuildChoice, 'rebuild'>,
  run: Run,
  graph: Recording['graph'],
): Promise<void> {
  const images = await buildFor(release, { ...choice, rebuild: false }, run, graph);
  const failed = images.filter(({ outcome }) => outcome !== 'built' && outcome !== 'reused');
  if (failed.length === 0) return;
  const told = failed.map(({ reference, error, because }) =>
    error === undefined
      ? `${reference}: skipped, it needs ${because}`
      : `${error.code}: ${error.message}`,
  );
  const message = `${failed.length} of ${images.length} images were not built:\n${told.join('\n')}`;
  const suggestions = [
    'Correct what the messages name, then run the same command again: what was built stays built',
  ];
  const codes = failed.flatMap(({ error }) => error ?? []);
  const worst = worstExitCode(codes.map(({ exitCode }) => exitCode));
  if (worst === exitCodes.internal) throw new InternalError(message, { suggestions });
  if (worst !== exitCodes.environment)
    throw new BuildFailure('BUILD_FAILED', message, { suggestions });
  if (codes.some(({ code }) => code === 'DISK_FULL'))
    throw new OutputError('DISK_FULL', message, { suggestions });
  throw new EngineError('ENGINE_UNUSABLE', message, { suggestions });
}

function buildFor(
  { plan, root, cacheDir, blobs, builds, images: sources }: OpenRelease,
  choice: BuildChoice,
  run: Run,
  graph: Recording['graph'],
): Promise<readonly ImageBuild[]> {
  const { engine, builder, rebuild, jobs } = choice;
  const named = {
    ...(engine === undefined ? {} : { engine }),
    ...(builder === undefined ? {} : { builder }),
  };
  const fileAt = (path: string): string => resolve(root, path);
  const opened = new Map<string, Promise<ImageBuilder>>();
  return buildImages(
    {
      rules: plan.release.steps,
      references: plan.packages.flatMap(({ resolved }) => resolved.images),
      platform: releasePlatform(plan),
      jobs,
      memoryBytes: choice.limits?.memoryBytes,
      rebuild,
      ...(engine === undefined ? {} : { engine }),
    },
    sources.filter(isBuildSource),
    {
      blobs,
      records: builds,
      fileAt,
      ...(process.env['SSH_AUTH_SOCK'] ? { sshAgent: process.env['SSH_AUTH_SOCK'] } : {}),
      epochSeconds: plan.timestamp.getTime() / 1000,
      now: () => performance.now(),
      graph,
      builder: (source, platform, running) => {
        const key = `${sources.indexOf(source)} ${platform.architecture}`;
        const known =
          opened.get(key) ??
          openEngine(source.config, { ...named, cacheDir, fileAt }, platform, running);
        opened.set(key, known);
        return known;
      },
    },
    run,
  );
}
