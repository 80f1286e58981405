import { normalizeReference } from '../oci/reference.ts';
import type { Run } from '../support/run.ts';
import { BuildError, RecipeError } from './build-error.ts';
import type { BuildSource } from './build-source.ts';
import { ownBases } from './order-builds.ts';
import type { BuildRecipe } from './prepare-build.ts';

/** Images of one source that are wanted, with what they are built upon there. */
export interface FoundRecipes {
  readonly source: BuildSource;
  /** Full names of those that were asked for. */
  readonly names: readonly string[];
  readonly recipes: ReadonlyMap<string, BuildRecipe>;
}

/**
 * Recipes of images, by the source that builds them, and of all they are built upon.
 * @param references as definitions spell them
 * @throws RecipeError with everything that is wrong before any build
 */
export async function findRecipes(
  references: readonly string[],
  sources: readonly BuildSource[],
  run: Run,
): Promise<readonly FoundRecipes[]> {
  const wanted = references.map((each) => normalizeReference(each).normalized.split('@')[0] ?? '');
  const faults: BuildError[] = [];
  const found: FoundRecipes[] = [];
  for (const source of sources) {
    const names = wanted.filter((name) => source.images.includes(name));
    found.push({ source, names, recipes: await recipesOf(source, names, faults, run) });
  }
  if (faults.length > 0) throw new RecipeError(faults);
  return found;
}

/** Recipes of images and of all they are built upon here; what is wrong goes to the faults. */
async function recipesOf(
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
