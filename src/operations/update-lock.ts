import type { LockedFlavor, ReleaseLock } from '../config/lock.ts';
import { normalizeReference } from '../oci/reference.ts';
import type { ArtifactSource } from '../ports/artifact-source.ts';
import type { ImageSource } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import { findArtifact } from './find-artifact.ts';
import { lockImages } from './lock-images.ts';
import type { PlannedFlavor, ReleasePlan } from './plan-release.ts';
import { ReleaseUsageError } from './release-error.ts';
import { flavorReferences } from './release-images.ts';
import { resolveImages } from './resolve-images.ts';
import { releasePlatform } from './resolve-release-images.ts';

/** Where what is locked is looked for. */
export interface UpdatePorts {
  readonly images: readonly ImageSource[];
  readonly artifacts: readonly ArtifactSource[];
}

/**
 * A lock in which the named images and published packages are as their sources hold them now. Nothing else is
 * asked for, and everything else stays as it is locked.
 * @param names references as the definition spells them, or in full
 * @throws ReleaseUsageError LOCK_NAME_UNKNOWN: the definition has no such reference in these flavors
 */
export async function updateLock(
  plan: ReleasePlan,
  earlier: ReleaseLock,
  names: readonly string[],
  ports: UpdatePorts,
  run: Run,
): Promise<ReleaseLock> {
  const wanted = namedReferences(plan, names);
  const platform = releasePlatform(plan);
  const found = await resolveImages(wanted.images, ports.images, platform, {}, run);
  const images = await lockImages(found.values(), run);
  const packages: { readonly reference: string; readonly digest: (typeof images)[0]['digest'] }[] =
    [];
  for (const reference of wanted.packages) {
    const { manifest } = await findArtifact(
      reference,
      ports.artifacts,
      plan.release.architecture,
      run,
    );
    packages.push({ reference, digest: manifest.digest });
  }
  const flavors: Record<string, LockedFlavor> = { ...earlier.flavors };
  for (const flavor of plan.flavors) {
    const before = flavors[flavor.flavor] ?? { images: [], payloads: [] };
    const own = new Set(flavorReferences(plan, flavor));
    const members = new Set(memberReferences(flavor));
    const merged = replaced(
      before.packages ?? [],
      packages.filter(({ reference }) => members.has(reference)),
    );
    flavors[flavor.flavor] = {
      ...before,
      images: replaced(
        before.images,
        images.filter(({ reference }) => own.has(reference)),
      ),
      ...(merged.length === 0 ? {} : { packages: merged }),
    };
  }
  return { ...earlier, flavors };
}

/** Published packages that the bundle of a flavor takes in, each once, sorted. */
export function memberReferences({ bundle }: PlannedFlavor): readonly string[] {
  const references = (bundle?.members ?? []).flatMap((member) =>
    member.kind === 'published' ? [member.reference] : [],
  );
  return [...new Set(references)].sort();
}

function namedReferences(
  plan: ReleasePlan,
  names: readonly string[],
): { readonly images: readonly string[]; readonly packages: readonly string[] } {
  const images = [...new Set(plan.flavors.flatMap((each) => flavorReferences(plan, each)))];
  const packages = [...new Set(plan.flavors.flatMap(memberReferences))];
  const wanted = new Set(
    names.flatMap((name) => {
      const full = normalizedOf(name);
      const same = images.filter((each) => each === name || normalizedOf(each) === full);
      const known = [...same, ...packages.filter((each) => each === name)];
      if (known.length > 0) return known;
      throw new ReleaseUsageError(
        'LOCK_NAME_UNKNOWN',
        `the release names no image or package '${name}'`,
        {
          suggestions: [
            'cowa-release images outdated lists what is locked, as --update takes it',
            'Name the flavor that has it, with --flavor',
          ],
        },
      );
    }),
  );
  return {
    images: images.filter((each) => wanted.has(each)).sort(),
    packages: packages.filter((each) => wanted.has(each)).sort(),
  };
}

/** The full form; what is no reference is only itself. */
function normalizedOf(name: string): string {
  try {
    return normalizeReference(name).normalized;
  } catch {
    return name;
  }
}

function replaced<Entry extends { readonly reference: string }>(
  before: readonly Entry[],
  after: readonly Entry[],
): readonly Entry[] {
  const fresh = new Set(after.map(({ reference }) => reference));
  return [...before.filter(({ reference }) => !fresh.has(reference)), ...after].sort((a, b) =>
    a.reference < b.reference ? -1 : 1,
  );
}
