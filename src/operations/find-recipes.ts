import type { Run } from '../support/run.ts';
import { BuildError, RecipeError } from './build-error.ts';
import type { BuildSource } from './build-source.ts';
import { ownBases } from './order-builds.ts';
import type { BuildRecipe } from './prepare-build.ts';

/** Recipes of images and of all they are built upon here; what is wrong goes to the faults. */
export async function findRecipes(
  source: BuildSource,
  names: readonly string[],
  faults: BuildError[],
  run: Run,
): Promise<ReadonlyMap<string, BuildRecipe>> {
  const recipes = new Map<string, BuildRecipe>();
  const waiting = [...new Set(names)];
  const seen = new Set(waiting);
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const recipe = await source.recipe(name, run).catch((error: unknown) => {
      if (!(error instanceof BuildError)) throw error;
      faults.push(...error.faults);
      return error;
    });
    if (!(recipe instanceof BuildError)) recipes.set(name, recipe);
    for (const base of basesBelow(recipe)) if (!seen.has(base)) waiting.push(base);
    for (const base of basesBelow(recipe)) seen.add(base);
  }
  return recipes;
}

/** What an image is built upon here, also where it is at fault. */
function basesBelow(recipe: BuildRecipe | BuildError): readonly string[] {
  if (!(recipe instanceof BuildError)) return ownBases(recipe);
  return recipe instanceof RecipeError ? recipe.ownBases : [];
}
