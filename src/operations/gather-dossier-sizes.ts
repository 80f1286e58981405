import { matchesPattern } from '../policy/matches-pattern.ts';
import type { Policy } from '../policy/policy.ts';
import type { Dossier } from '../report/dossier/dossier.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import type { DossierInputs } from './dossier-inputs.ts';

/** Sizes, with the limits of the policy. */
export function sizesOf(
  contents: Dossier['contents'],
  archives: readonly VerifyReport[],
  policy: Policy,
): Dossier['sizes'] {
  const images = new Map(contents.images.map((each) => [each.digest, each]));
  const layers = new Map<string, number>();
  let other = 0;
  for (const { size, layers: own } of images.values()) {
    other += size - own.reduce((sum, layer) => sum + layer.size, 0);
    for (const layer of own) layers.set(layer.digest, layer.size);
  }
  const things = [
    ...contents.images.map(({ reference, size }) => ({
      kind: 'image' as const,
      name: reference,
      size,
    })),
    ...contents.packages.map(({ name, size }) => ({ kind: 'package' as const, name, size })),
    ...contents.bundles.map(({ name, archive }) => ({
      kind: 'bundle' as const,
      name,
      size: archives.find((each) => each.archive.name === archive)?.archive.size ?? 0,
    })),
  ];
  const budgets = policy.budgets.flatMap(({ kind, pattern, minBytes, maxBytes }) =>
    things
      .filter((thing) => thing.kind === kind && matchesPattern(thing.name, pattern))
      .map((thing) => ({
        ...thing,
        ...(minBytes === undefined ? {} : { minBytes }),
        ...(maxBytes === undefined ? {} : { maxBytes }),
      })),
  );
  return {
    archives: archives.reduce((sum, { archive }) => sum + archive.size, 0),
    images: [...images.values()].reduce((sum, { size }) => sum + size, 0),
    uniqueImages: other + [...layers.values()].reduce((sum, size) => sum + size, 0),
    budgets: [...new Map(budgets.map((each) => [JSON.stringify(each), each])).values()],
  };
}

/** The report it is compared with. */
export function growth(
  { name, digest, release, run, sizes, contents }: NonNullable<DossierInputs['previous']>,
  now: Pick<Dossier, 'contents'>,
): NonNullable<Dossier['previous']> {
  // A tag changes with every release; what comes before it stays.
  const byName = (images: Dossier['contents']['images']): ReadonlyMap<string, number> =>
    new Map(images.map(({ reference, size }) => [withoutTag(reference), size]));
  const [before, after] = [byName(contents.images), byName(now.contents.images)];
  return {
    name,
    digest,
    release,
    date: run.date,
    archives: sizes.archives,
    uniqueImages: sizes.uniqueImages,
    images: [...new Set([...before.keys(), ...after.keys()])].sort().map((image) => {
      const [was, is] = [before.get(image), after.get(image)];
      return {
        name: image,
        ...(was === undefined ? {} : { before: was }),
        ...(is === undefined ? {} : { after: is }),
      };
    }),
  };
}

function withoutTag(reference: string): string {
  return reference.replace(/@sha256:[0-9a-f]{64}$/, '').replace(/:[^/:]+$/, '');
}
