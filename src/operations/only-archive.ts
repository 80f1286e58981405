import type { PlannedFlavor, ReleasePlan } from './plan-release.ts';
import { ReproduceError } from './reproduce-archive.ts';

/**
 * The part of a plan that makes one archive: a package alone, or a bundle with all its packages.
 * @throws ReproduceError REPRODUCE_NOT_PLANNED
 */
export function onlyArchive(plan: ReleasePlan, name: string): ReleasePlan {
  const found = plan.flavors.map((flavor) => flavorMaking(flavor, plan, name));
  const flavor = found.find((each) => each !== undefined);
  if (flavor !== undefined) {
    const packages = plan.packages.filter(({ id }) => flavor.packages.includes(id));
    return { ...plan, packages, flavors: [flavor] };
  }
  const made = [
    ...plan.packages.map(({ fileName }) => fileName),
    ...plan.flavors.flatMap(({ bundle }) => (bundle === undefined ? [] : [bundle.fileName])),
  ];
  throw new ReproduceError(
    'REPRODUCE_NOT_PLANNED',
    `the release definition makes no archive called ${name}`,
    {
      suggestions: [
        `It makes ${[...new Set(made)].slice(0, 8).join(', ')}`,
        'Check out the commit the archive was made from; its provenance names it',
        'Where the file was renamed, give it back its name',
      ],
    },
  );
}

function flavorMaking(
  { bundle, ...flavor }: PlannedFlavor,
  { packages }: ReleasePlan,
  name: string,
): PlannedFlavor | undefined {
  if (bundle?.fileName === name) return { ...flavor, bundle };
  const planned = packages.find(
    ({ id, fileName }) => fileName === name && flavor.packages.includes(id),
  );
  return planned === undefined ? undefined : { ...flavor, packages: [planned.id] };
}
