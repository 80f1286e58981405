import type { BuiltImageConfig } from '../config/build-source.ts';
import type { Platform } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import type { BuildOrigin } from '../ports/build-record.ts';
import type { BuildBase } from '../ports/image-builder.ts';
import type { ImageSource } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import type { BuildContext } from './build-context.ts';
import { BuildError } from './build-error.ts';

/** An image another one is built upon, or copies from. */
export interface RecipeBase {
  /** As the Containerfile spells it. */
  readonly reference: string;
  readonly normalized: string;
  /** It is built here as well. */
  readonly own: boolean;
}

/** A Containerfile with all that it names, checked. */
export interface BuildRecipe {
  readonly name: string;
  readonly image: BuiltImageConfig;
  /** Of the Containerfile. */
  readonly path: string;
  readonly text: string;
  readonly bases: readonly RecipeBase[];
  readonly context: BuildContext;
}

/** A recipe with its bases in hand. */
export interface PreparedBuild {
  readonly recipe: BuildRecipe;
  readonly platform: Platform;
  readonly labels: Readonly<Record<string, string>>;
  readonly origin: BuildOrigin;
  /** Digest of all that goes in; the engine does not, nor where the definition lay. */
  readonly key: Digest;
  /**
   * Its bases, asked for when it is built: what is known by a digest need not be looked at before.
   * @throws BuildError BUILD_BASE_MISSING
   */
  bases(run: Run): Promise<readonly BuildBase[]>;
}

/** Finds the bases of an image. */
export interface PrepareDeps {
  readonly source: ImageSource;
  readonly epochSeconds: number;
  /** Labels of an image from the release, by its full name. */
  readonly labels: (name: string) => Readonly<Record<string, string>>;
  readonly origin: (name: string) => BuildOrigin;
  readonly resolveBase: ImageSource['resolve'];
}

/**
 * Settles what a build is known by. A base from elsewhere is named by its digest; one that is built here is looked up.
 * @throws ImageError IMAGE_NOT_BUILT for a base that is built here
 */
export async function prepareBuild(
  recipe: BuildRecipe,
  platform: Platform,
  { source, epochSeconds, labels: common, origin: originOf, resolveBase }: PrepareDeps,
  run: Run,
): Promise<PreparedBuild> {
  const { name, image, text, context } = recipe;
  const find = async ({ reference, own }: RecipeBase, asking: Run): Promise<BuildBase> => {
    const image = await (own
      ? source.resolve(reference, platform, asking)
      : resolveBase(reference, platform, asking));
    if (image !== undefined) return { reference, image };
    throw new BuildError(
      'BUILD_BASE_MISSING',
      `${name}: no image source holds its base ${reference}`,
      {
        suggestions: ['List a source that holds it under imageSources, after the one that builds'],
      },
    );
  };
  const known: (readonly [string, string])[] = [];
  for (const base of recipe.bases)
    known.push([
      base.reference,
      base.own ? (await find(base, run)).image.root.digest : base.normalized,
    ]);
  const labels = {
    ...common(name),
    'org.opencontainers.image.title': titleOf(name),
    ...image.labels,
  };
  const origin = originOf(name);
  const parts = [
    'cowa-release/build-inputs/v2',
    text,
    context.digest,
    image.target ?? null,
    sorted(image.args ?? {}),
    sorted(labels),
    (image.secrets ?? []).map(({ id }) => id).sort(),
    image.network ?? 'none',
    [platform.os, platform.architecture, platform.variant ?? null],
    known,
    epochSeconds,
    ...(image.ssh === undefined ? [] : [image.ssh.map(({ id }) => id).sort()]),
  ];
  return {
    recipe,
    platform,
    labels: { ...originLabels(origin), ...labels },
    origin,
    key: digestOf(JSON.stringify(parts)),
    async bases(building) {
      const found: BuildBase[] = [];
      for (const base of recipe.bases) found.push(await find(base, building));
      return found;
    },
  };
}

/** @see OCI image-spec 1.1, annotations.md */
function originLabels({ revision, repository }: BuildOrigin): Readonly<Record<string, string>> {
  return {
    ...(revision === undefined ? {} : { 'org.opencontainers.image.revision': revision }),
    ...(repository === undefined ? {} : { 'org.opencontainers.image.source': repository }),
  };
}

function titleOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/[:@].*$/, '');
}

function sorted(values: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
