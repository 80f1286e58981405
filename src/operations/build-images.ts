import type { BuiltImageConfig } from '../config/build-source.ts';
import { parseMemory } from '../config/memory-size.ts';
import type { StepRule } from '../config/release-definition.ts';
import type { ExitCode } from '../errors/exit-codes.ts';
import type { Platform } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { BuildRecord } from '../ports/build-record.ts';
import { type BuildRequest, EngineError, type ImageBuilder } from '../ports/image-builder.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { counted } from '../support/counted.ts';
import { formatSize } from '../support/format-size.ts';
import { type Run, runWithin } from '../support/run.ts';
import type { BuildContext } from './build-context.ts';
import { BuildError } from './build-error.ts';
import type { BuildSource } from './build-source.ts';
import { findRecipes } from './find-recipes.ts';
import { buildRecordKey, type KeptBuild, renderKeptBuild } from './kept-build.ts';
import { limitSteps } from './limit-steps.ts';
import { orderBuilds, ownBases } from './order-builds.ts';
import type { BuildRecipe, PreparedBuild } from './prepare-build.ts';
import { dropDamaged } from './read-held-again.ts';
import { type GraphOptions, type GraphStep, runGraph } from './run-graph.ts';
import { storeBlobs } from './store-blobs.ts';

/** Which images are wanted, and how. */
export interface BuildImagesRequest {
  /** References; those that no build source has are left to others. */
  readonly references: readonly string[];
  readonly platform: Platform;
  /** Builds at once. */
  readonly jobs: number;
  /** Memory that builds which name theirs may take together. */
  readonly memoryBytes?: number | undefined;
  /** Limits of the definition, which name a build `build <image>`. */
  readonly rules?: readonly StepRule[] | undefined;
  /** Build what was built already, too. */
  readonly rebuild: boolean;
  /** Take over only what this engine built. */
  readonly engine?: string;
}

export interface BuildImagesPorts {
  readonly blobs: BlobStore;
  readonly records: RecordStore;
  /** The engine for a source; opened once. */
  readonly builder: (source: BuildSource, platform: Platform, run: Run) => Promise<ImageBuilder>;
  /** Absolute path of a file the definition names. */
  readonly fileAt: (path: string) => string;
  /** Socket of the agent of whoever builds, where there is one. */
  readonly sshAgent?: string;
  readonly epochSeconds: number;
  /** Milliseconds. */
  readonly now: () => number;
  /** How the graph is measured. */
  readonly graph?: Pick<GraphOptions, 'meter' | 'onSettled'>;
}

/** What became of one image. */
export interface ImageBuild {
  readonly reference: string;
  readonly platform: string;
  /** `partial`: best effort that did not come to its end. */
  readonly outcome: 'built' | 'reused' | 'partial' | 'failed' | 'skipped';
  readonly durationMs: number;
  /** Bytes and files the engine was given. */
  readonly context: { readonly files: number; readonly size: number };
  readonly digest?: Digest;
  /** Bytes of its blobs. */
  readonly size?: number;
  readonly record?: BuildRecord;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly suggestions: readonly string[];
    readonly exitCode: ExitCode;
  };
  /** Of a skipped one: the image whose failure is the reason. */
  readonly because?: string;
}

const defaultMinutes = 60;
const prefix = 'build ';

/**
 * Builds the wanted images and those they are built upon, bases first, what was built of the same inputs not at
 * all. All is checked before the first build; a failing build skips only what needs it.
 * @throws RecipeError with everything that is wrong before any build; EngineError: there is no engine
 */
export async function buildImages(
  request: BuildImagesRequest,
  sources: readonly BuildSource[],
  ports: BuildImagesPorts,
  run: Run,
): Promise<readonly ImageBuild[]> {
  const found = await findRecipes(request.references, sources, run);
  const builds = found.flatMap(({ source, recipes }) =>
    orderBuilds(recipes).map((recipe) => ({ source, recipe })),
  );
  const done = new Map<string, KeptBuild>();
  const steps = builds.map(
    ({ source, recipe }): GraphStep => ({
      id: stepOf(recipe.name),
      title: `Build ${recipe.name} (context ${sizeOf(recipe)})`,
      needs: ownBases(recipe).map(stepOf),
      ...memoryNeed(recipe.image),
      async work(running) {
        const prepared = await source.prepare(recipe.name, request.platform, running);
        const { engine } = request;
        const wish = engine === undefined ? {} : { engine };
        const kept = request.rebuild ? undefined : await source.find(prepared, wish);
        if (kept !== undefined) {
          // What is asked for now is what other commands take.
          if (engine !== undefined) await remember(prepared, kept, ports.records);
          done.set(recipe.name, kept);
          return 'reused';
        }
        done.set(recipe.name, await build(source, prepared, ports, running));
        return 'done';
      },
    }),
  );
  const { jobs, memoryBytes } = request;
  const results = await runGraph(
    limitSteps(steps, request.rules, run),
    { ...ports.graph, jobs, memoryBytes, now: ports.now },
    run,
  );
  const broken = results.find(
    ({ error }) => error instanceof EngineError && error.code === 'ENGINE_MISSING',
  );
  if (broken?.error !== undefined) throw broken.error;
  const { os, architecture } = request.platform;
  return results.map(({ id: step, outcome, durationMs, error, because }): ImageBuild => {
    const id = imageOf(step);
    const kept = done.get(id);
    const context = builds.find(({ recipe }) => recipe.name === id)?.recipe.context;
    return {
      reference: id,
      platform: `${os}/${architecture}`,
      outcome: outcome === 'done' ? 'built' : outcome,
      durationMs,
      context: {
        files: context === undefined ? 0 : filesIn(context),
        size: context?.size ?? 0,
      },
      ...(kept === undefined
        ? {}
        : {
            digest: kept.root.digest,
            size: kept.blobs.reduce((sum, { size }) => sum + size, 0),
            record: kept.record,
          }),
      ...(error === undefined
        ? {}
        : {
            error: {
              code: error.code,
              message: error.message,
              suggestions: error.suggestions,
              exitCode: error.exitCode,
            },
          }),
      ...(because === undefined ? {} : { because: imageOf(because) }),
    };
  });
}

/** Id of the step that builds an image, as records and rules name it. */
function stepOf(name: string): string {
  return `${prefix}${name}`;
}

function imageOf(step: string): string {
  return step.slice(prefix.length);
}

function sizeOf({ context }: BuildRecipe): string {
  return `${counted(filesIn(context), 'file')}, ${formatSize(context.size)}`;
}

function filesIn({ entries }: BuildContext): number {
  return entries.filter(({ kind }) => kind === 'file').length;
}

/** The limit of one build is what it needs, at most. */
function memoryNeed({ memory }: BuiltImageConfig): Pick<GraphStep, 'memoryBytes'> {
  const memoryBytes = memory === undefined ? undefined : parseMemory(memory);
  return memoryBytes === undefined ? {} : { memoryBytes };
}

async function build(
  source: BuildSource,
  prepared: PreparedBuild,
  { blobs, records, builder, fileAt, sshAgent, epochSeconds }: BuildImagesPorts,
  run: Run,
): Promise<KeptBuild> {
  const { recipe, platform, labels, origin } = prepared;
  const { name, image, text, context } = recipe;
  const bases = await prepared.bases(run);
  const engine = await builder(source, platform, run);
  const request: BuildRequest = {
    name,
    containerfile: text,
    context: context.entries,
    bases,
    platform,
    ...(image.target === undefined ? {} : { target: image.target }),
    args: image.args ?? {},
    labels,
    secrets: (image.secrets ?? []).map(({ id, file }) => ({ id, file: fileAt(file) })),
    ...(image.ssh === undefined
      ? {}
      : {
          ssh: image.ssh.map(({ id, file }) => ({ id, file: keyAt(name, file, fileAt, sshAgent) })),
        }),
    network: image.network ?? 'none',
    ...(image.memory === undefined ? {} : { memory: image.memory }),
    ...(image.cpus === undefined ? {} : { cpus: image.cpus }),
    epochSeconds,
    timeoutMs: (image.timeoutMinutes ?? defaultMinutes) * 60_000,
  };
  const within = runWithin(run, stepOf(name));
  await using built = await engine.build(request, within);
  await dropDamaged(built.blobs, blobs, within);
  await storeBlobs(built.blobs, blobs, { name, title: () => name }, within);
  const kept: KeptBuild = {
    root: built.root,
    blobs: built.blobs.map(({ digest, size, mediaType, role }) => ({
      digest,
      size,
      mediaType,
      role,
    })),
    record: {
      ...built.by,
      bases: bases.map(({ reference, image: base }) => ({ reference, digest: base.root.digest })),
      context: context.digest,
      containerfile: digestOf(text),
      arguments: Object.keys(image.args ?? {}).sort(),
      origins: {
        ...Object.assign({}, ...bases.map(({ image: base }) => base.built?.origins)),
        [name]: origin,
      },
    },
  };
  await remember(prepared, kept, records);
  return kept;
}

function keyAt(
  name: string,
  file: string | undefined,
  fileAt: BuildImagesPorts['fileAt'],
  agent: string | undefined,
): string {
  if (file !== undefined) return fileAt(file);
  if (agent !== undefined) return agent;
  throw new BuildError(
    'BUILD_SSH_MISSING',
    `${name}: its ssh names no file, and no agent runs here`,
    {
      suggestions: ['Start an agent (SSH_AUTH_SOCK names it), or name the file of a key under ssh'],
    },
  );
}

async function remember(
  { key }: PreparedBuild,
  kept: KeptBuild,
  records: RecordStore,
): Promise<void> {
  const text = renderKeptBuild(kept);
  await records.keep(buildRecordKey(key, kept.record.engine), text);
  await records.keep(buildRecordKey(key), text);
}
