import type { Platform } from '../oci/descriptor.ts';
import type { ImageSource } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import { type BuildSource, isBuildSource } from './build-source.ts';
import { findRecipes } from './find-recipes.ts';
import { orderBuilds, ownBases } from './order-builds.ts';
import type { BuildRecipe } from './prepare-build.ts';

/** An image that has to be built before a release can be assembled. */
export interface ForeseenBuild {
  /** Full name. */
  readonly reference: string;
  readonly containerfile: string;
  /** What the engine is given of its context; bytes. */
  readonly context: { readonly path: string; readonly files: number; readonly size: number };
  /** What it is built upon or copies from; `own` is built here, too. */
  readonly bases: readonly { readonly reference: string; readonly own: boolean }[];
}

/**
 * What `images build` would build for these references, bases first; what was built of the same inputs is left out.
 * @param references as definitions spell them; each is built here
 * @throws RecipeError with everything that is wrong before any build
 */
export async function foreseeBuilds(
  references: readonly string[],
  sources: readonly ImageSource[],
  platform: Platform,
  run: Run,
): Promise<readonly ForeseenBuild[]> {
  const foreseen: ForeseenBuild[] = [];
  const found = await findRecipes(references, sources.filter(isBuildSource), run);
  for (const { source, names, recipes } of found) {
    const missing = new Set<string>(names);
    for (const recipe of orderBuilds(recipes)) {
      const { name } = recipe;
      if (missing.has(name) || (await isMissing(recipe, missing, source, platform, run))) {
        missing.add(name);
        foreseen.push(toForeseen(recipe));
      }
    }
  }
  return foreseen;
}

async function isMissing(
  recipe: BuildRecipe,
  missing: ReadonlySet<string>,
  source: BuildSource,
  platform: Platform,
  run: Run,
): Promise<boolean> {
  if (ownBases(recipe).some((base) => missing.has(base))) return true;
  return (await source.find(await source.prepare(recipe.name, platform, run))) === undefined;
}

function toForeseen({ name, path, image, context, bases }: BuildRecipe): ForeseenBuild {
  return {
    reference: name,
    containerfile: path,
    context: {
      path: image.context,
      files: context.entries.filter(({ kind }) => kind === 'file').length,
      size: context.size,
    },
    bases: bases.map(({ reference, own }) => ({ reference, own })),
  };
}
