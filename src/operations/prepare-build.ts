import type { BuiltImageConfig } from '../config/build-source.ts';
import type { Platform } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
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
  readonly bases: readonly BuildBase[];
  readonly labels: Readonly<Record<string, string>>;
  /** Digest of all that goes in; the engine does not. */
  readonly key: Digest;
}

/** Finds the bases of an image. */
export interface PrepareDeps {
  readonly source: ImageSource;
  readonly epochSeconds: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly resolveBase: ImageSource['resolve'];
}

/**
 * Finds the bases, and what the build is known by.
 * @throws BuildError BUILD_BASE_MISSING; ImageError IMAGE_NOT_BUILT for a base that is built here
 */
export async function prepareBuild(
  recipe: BuildRecipe,
  platform: Platform,
  { source, epochSeconds, labels: common, resolveBase }: PrepareDeps,
  run: Run,
): Promise<PreparedBuild> {
  const { name, image, text, context } = recipe;
  const bases: BuildBase[] = [];
  for (const { reference, own } of recipe.bases) {
    const found = own
      ? await source.resolve(reference, platform, run)
      : await resolveBase(reference, platform, run);
    if (found === undefined)
      throw new BuildError(
        'BUILD_BASE_MISSING',
        `${name}: no image source holds its base ${reference}`,
        {
          suggestions: [
            'List a source that holds it under imageSources, after the one that builds',
          ],
        },
      );
    bases.push({ reference, image: found });
  }
  const labels = { ...common, 'org.opencontainers.image.title': titleOf(name), ...image.labels };
  const parts = [
    'cowa-release/build-inputs/v1',
    text,
    context.digest,
    image.target ?? null,
    sorted(image.args ?? {}),
    sorted(labels),
    (image.secrets ?? []).map(({ id }) => id).sort(),
    image.network ?? 'none',
    [platform.os, platform.architecture, platform.variant ?? null],
    bases.map(({ reference, image: base }) => [reference, base.root.digest]),
    epochSeconds,
    ...(image.ssh === undefined ? [] : [image.ssh.map(({ id }) => id).sort()]),
  ];
  return { recipe, platform, bases, labels, key: digestOf(JSON.stringify(parts)) };
}

function titleOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/[:@].*$/, '');
}

function sorted(values: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
