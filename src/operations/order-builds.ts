import { BuildError } from './build-error.ts';
import type { BuildRecipe } from './prepare-build.ts';

/**
 * Images and what they are built upon, bases first; among equals by name.
 * @throws BuildError BUILD_BASE_CYCLE, naming the images
 */
export function orderBuilds(recipes: ReadonlyMap<string, BuildRecipe>): readonly BuildRecipe[] {
  const ordered = new Map<string, BuildRecipe>();
  const visit = (name: string, chain: readonly string[]): void => {
    if (ordered.has(name)) return;
    if (chain.includes(name)) {
      const cycle = [...chain.slice(chain.indexOf(name)), name].join(' -> ');
      throw new BuildError('BUILD_BASE_CYCLE', `images need each other to be built: ${cycle}`, {
        suggestions: ['Move what they share into an image of its own, or into a stage'],
      });
    }
    const recipe = recipes.get(name);
    if (recipe === undefined) return;
    for (const base of ownBases(recipe)) visit(base, [...chain, name]);
    ordered.set(name, recipe);
  };
  for (const name of [...recipes.keys()].sort()) visit(name, []);
  return [...ordered.values()];
}

/** Full names of the images it needs that are built here too. */
export function ownBases({ bases }: Pick<BuildRecipe, 'bases'>): readonly string[] {
  return [...new Set(bases.flatMap(({ own, normalized }) => (own ? [normalized] : [])))];
}
