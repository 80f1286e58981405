import type { LockedFlavor, LockedInput, ReleaseLock } from '../config/lock.ts';
import { normalizeReference } from '../oci/reference.ts';
import type { ArtifactSource } from '../ports/artifact-source.ts';
import type { ImageSource, ResolvedImage } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import type { RemoteInput } from '../zarf/remote-inputs.ts';
import { fetchInput } from './fetch-input.ts';
import { type Fetching, namedInputs } from './fetch-step.ts';
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
  readonly fetching: Fetching;
  /** Adds what is about images, where that is locked. */
  about?(images: ReadonlyMap<string, ResolvedImage>): Promise<ReadonlyMap<string, ResolvedImage>>;
}

/**
 * A lock in which the named images, published packages and inputs are as their sources hold them now. Nothing else is
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
  const resolved = await resolveImages(wanted.images, ports.images, platform, {}, run);
  const found = (await ports.about?.(resolved)) ?? resolved;
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
  const inputs: LockedInput[] = [];
  for (const input of wanted.inputs)
    inputs.push((await fetchInput(input, undefined, ports.fetching, run)).locked);
  const flavors: Record<string, LockedFlavor> = { ...earlier.flavors };
  for (const flavor of plan.flavors) {
    const addresses = new Set(flavorInputs(plan, flavor).map(({ address }) => address));
    const before = flavors[flavor.flavor] ?? { images: [], payloads: [] };
    const own = new Set(flavorReferences(plan, flavor));
    const members = new Set(memberReferences(flavor));
    const merged = replaced(
      before.packages ?? [],
      packages.filter(({ reference }) => members.has(reference)),
      ({ reference }) => reference,
    );
    const fetched = replaced(
      before.inputs ?? [],
      inputs.filter(({ address }) => addresses.has(address)),
      ({ address }) => address,
    );
    flavors[flavor.flavor] = {
      ...before,
      images: replaced(
        before.images,
        images.filter(({ reference }) => own.has(reference)),
        ({ reference }) => reference,
      ),
      ...(merged.length === 0 ? {} : { packages: merged }),
      ...(fetched.length === 0 ? {} : { inputs: fetched }),
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

/** What the packages of a flavor name by an address, each once, sorted by it. */
export function flavorInputs(
  { packages }: ReleasePlan,
  flavor: PlannedFlavor,
): readonly RemoteInput[] {
  return namedInputs(
    packages.flatMap(({ id, resolved }) => (flavor.packages.includes(id) ? [resolved] : [])),
  ).toSorted((a, b) => (a.address < b.address ? -1 : 1));
}

function namedReferences(
  plan: ReleasePlan,
  names: readonly string[],
): {
  readonly images: readonly string[];
  readonly packages: readonly string[];
  readonly inputs: readonly RemoteInput[];
} {
  const images = [...new Set(plan.flavors.flatMap((each) => flavorReferences(plan, each)))];
  const packages = [...new Set(plan.flavors.flatMap(memberReferences))];
  const inputs = namedInputs(plan.packages.map(({ resolved }) => resolved));
  const wanted = new Set(
    names.flatMap((name) => {
      const full = normalizedOf(name);
      const same = images.filter((each) => each === name || normalizedOf(each) === full);
      const others = [...packages, ...inputs.map(({ address }) => address)];
      const known = [...same, ...others.filter((each) => each === name)];
      if (known.length > 0) return known;
      throw new ReleaseUsageError(
        'LOCK_NAME_UNKNOWN',
        `the release names no image, package or input '${name}'`,
        {
          suggestions: [
            knownNames([...images, ...others]),
            'Name the flavor that has it, with --flavor',
          ],
        },
      );
    }),
  );
  return {
    images: images.filter((each) => wanted.has(each)).sort(),
    packages: packages.filter((each) => wanted.has(each)).sort(),
    inputs: inputs.filter(({ address }) => wanted.has(address)),
  };
}

/** As `--update` takes them; a long list is cut. */
function knownNames(names: readonly string[]): string {
  if (names.length === 0) return 'The release names nothing that could be locked in these flavors';
  const more = names.length > 12 ? `, and ${names.length - 12} more` : '';
  return `It names ${names.slice(0, 12).join(', ')}${more}`;
}

/** The full form; what is no reference is only itself. */
function normalizedOf(name: string): string {
  try {
    return normalizeReference(name).normalized;
  } catch {
    return name;
  }
}

function replaced<Entry>(
  before: readonly Entry[],
  after: readonly Entry[],
  nameOf: (entry: Entry) => string,
): readonly Entry[] {
  const fresh = new Set(after.map(nameOf));
  return [...before.filter((entry) => !fresh.has(nameOf(entry))), ...after].sort((a, b) =>
    nameOf(a) < nameOf(b) ? -1 : 1,
  );
}
