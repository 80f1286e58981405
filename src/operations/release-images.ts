import type { ReleaseFlavor } from '../config/release-definition.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import type { PlannedFlavor, ReleasePlan } from './plan-release.ts';

/** The images of one flavor, each once, sorted by reference. */
export interface FlavorImages {
  readonly flavor: ReleaseFlavor;
  readonly images: readonly ResolvedImage[];
}

/** Sorts the images of a plan by the flavors that hold them; an image of two flavors is in both. */
export function imagesByFlavor(
  plan: ReleasePlan,
  images: ReadonlyMap<string, ResolvedImage>,
): readonly FlavorImages[] {
  return plan.flavors.map((flavor) => ({
    flavor: flavor.flavor,
    images: flavorReferences(plan, flavor).flatMap((reference) => images.get(reference) ?? []),
  }));
}

/** References of all packages of a flavor, each once, sorted. */
export function flavorReferences(
  plan: ReleasePlan,
  { packages }: PlannedFlavor,
): readonly string[] {
  const own = plan.packages.filter(({ id }) => packages.includes(id));
  return [...new Set(own.flatMap(({ resolved }) => resolved.images))].sort();
}
