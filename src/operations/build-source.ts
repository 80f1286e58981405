import {
  type BuildSourceConfig,
  type BuiltImageConfig,
  engineNames,
} from '../config/build-source.ts';
import type { Platform } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { normalizeReference } from '../oci/reference.ts';
import { type BlobStore, storedContent } from '../ports/blob-store.ts';
import type { ImageSource } from '../ports/image-source.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { BuildError } from './build-error.ts';
import { ImageError } from './image-error.ts';
import { buildRecordKey, type KeptBuild, parseKeptBuild } from './kept-build.ts';
import {
  type BuildRecipe,
  type PrepareDeps,
  type PreparedBuild,
  prepareBuild,
} from './prepare-build.ts';
import { readRecipe } from './read-recipe.ts';

/** What a source of built images works with. */
export interface BuildSourceDeps {
  readonly workspace: Workspace;
  readonly blobs: BlobStore;
  /** What was built, by what went in. */
  readonly records: RecordStore;
  /** Seconds since 1970. */
  readonly epochSeconds: number;
  /** Labels every image gets, unless it has its own. */
  readonly labels: PrepareDeps['labels'];
  /** Where an image of this name is said to come from. */
  readonly origin: PrepareDeps['origin'];
  /** Asks the sources listed after this one. */
  readonly resolveBase: ImageSource['resolve'];
}

/** Which of the images that several engines built of the same inputs. */
export interface BuildWish {
  readonly engine?: string;
  readonly digest?: Digest;
}

/** A source of images that are built first. */
export interface BuildSource extends ImageSource {
  readonly config: BuildSourceConfig;
  /** Full names of its images. */
  readonly images: readonly string[];
  /** Text and needs of an image's Containerfile, checked as far as one can without its bases. */
  recipe(name: string, run: Run): Promise<BuildRecipe>;
  /** All that goes into a build; its own bases are built already. */
  prepare(name: string, platform: Platform, run: Run): Promise<PreparedBuild>;
  /**
   * What was built of these inputs, where it is still there whole: by the engine that built last, unless one is named;
   * with a digest, what has it, whoever built it.
   */
  find(prepared: PreparedBuild, wish?: BuildWish): Promise<KeptBuild | undefined>;
}

/** True for a source whose images `images build` makes. */
export function isBuildSource(source: ImageSource): source is BuildSource {
  return 'prepare' in source && 'recipe' in source;
}

/**
 * Images built from Containerfiles. It runs nothing: it gives what was built of the very inputs that lie there now.
 * @throws BuildError BUILD_NAME_TWICE; OciError OCI_REFERENCE_INVALID
 */
export function buildSource(config: BuildSourceConfig, deps: BuildSourceDeps): BuildSource {
  const { blobs, records } = deps;
  const images = new Map<string, BuiltImageConfig>();
  for (const [reference, image] of Object.entries(config.images)) {
    const { normalized } = normalizeReference(reference);
    if (images.has(normalized))
      throw new BuildError('BUILD_NAME_TWICE', `two built images are called ${normalized}`, {
        suggestions: ['Give one of them another name or tag'],
      });
    images.set(normalized, image);
  }
  const owned = (name: string): BuiltImageConfig => {
    const image = images.get(name);
    if (image === undefined)
      throw new BuildError('BUILD_BASE_MISSING', `${name} is not built here`);
    return image;
  };
  const recipes = new Map<string, Promise<BuildRecipe>>();
  const prepared = new Map<string, Promise<PreparedBuild>>();
  const once = <T>(
    kept: Map<string, Promise<T>>,
    key: string,
    make: () => Promise<T>,
  ): Promise<T> => {
    const known = kept.get(key) ?? make();
    kept.set(key, known);
    known.catch(() => kept.delete(key));
    return known;
  };
  const source: BuildSource = {
    name: 'build',
    config,
    images: [...images.keys()],
    recipe: (name, run) =>
      once(recipes, name, () =>
        readRecipe(name, owned(name), { ...deps, config, own: images }, run),
      ),
    prepare: (name, platform, run) =>
      once(prepared, `${name} ${platform.os}/${platform.architecture}`, async () =>
        prepareBuild(await source.recipe(name, run), platform, { ...deps, source }, run),
      ),
    async find({ key }, { engine, digest } = {}) {
      const engines = digest === undefined ? [engine] : [undefined, ...engineNames];
      for (const each of engines) {
        const text = await records.find(buildRecordKey(key, each));
        const kept = text === undefined ? undefined : parseKeptBuild(text);
        if (kept === undefined || (digest !== undefined && kept.root.digest !== digest)) continue;
        if (await isWhole(kept, blobs)) return kept;
      }
      return undefined;
    },
    async resolve(reference, platform, run) {
      const { normalized, digest } = normalizeReference(reference);
      const name = digest === undefined ? normalized : normalized.slice(0, normalized.indexOf('@'));
      if (!images.has(name)) return undefined;
      const ready = await source.prepare(name, platform, run);
      const wish = digest === undefined ? {} : { digest };
      const kept = await source.find(ready, wish);
      if (kept === undefined && digest !== undefined && (await source.find(ready)) !== undefined)
        return undefined;
      if (kept === undefined) throw notBuilt(name, platform);
      return {
        reference,
        normalized,
        source: source.name,
        root: kept.root,
        blobs: kept.blobs.map((blob) => ({ ...storedContent(blob, blobs), ...blob })),
        built: kept.record,
      };
    },
  };
  return source;
}

async function isWhole(kept: KeptBuild, blobs: BlobStore): Promise<boolean> {
  for (const { digest, size } of kept.blobs) if ((await blobs.find(digest)) !== size) return false;
  return true;
}

function notBuilt(name: string, { os, architecture }: Platform): ImageError {
  return new ImageError(
    'IMAGE_NOT_BUILT',
    `${name} was not built for ${os}/${architecture} from what its Containerfile, context and bases are now`,
    { suggestions: ['cowa-release images build', 'Or give assemble --build'] },
  );
}
