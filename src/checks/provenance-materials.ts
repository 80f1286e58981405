import type { Provenance, ProvenanceResource } from '../attestation/provenance.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import type { BundleFacts, PackageFacts } from './facts.ts';

/** Where what provenance names and what an archive holds differ. */
export interface MaterialDifference {
  /** `open`: it could not be looked at. */
  readonly kind: 'unnamed' | 'absent' | 'other' | 'open';
  /** What it is: `the image x`, `main/charts/api-1.0.0.tgz`. */
  readonly thing: string;
  readonly message: string;
}

/** How many were compared, and where they differ. */
export interface ComparedMaterials {
  readonly same: number;
  /** Named without a name or a place, or without a SHA-256 and not there: nothing can be compared with it. */
  readonly left: number;
  readonly differences: readonly MaterialDifference[];
}

/** Name and SHA-256 of what is to be there, as far as they are said. */
type Wanted = readonly [string | undefined, string | undefined];

/** What the archive holds of it, by name; undefined: it is there, and was not kept. */
type Held = ReadonlyMap<string, string | undefined>;

/**
 * Compares what a package was made from with what it holds, in both directions: images by name and digest, charts,
 * values files and manifests in the tars of components, and those tars and the lists as a whole, through
 * which files and payloads are covered, too.
 */
export function comparePackage(made: Provenance, held: PackageFacts): ComparedMaterials {
  const images = new Map<string, string>();
  for (const { name, descriptor } of held.images?.roots ?? [])
    if (name !== undefined) images.set(name, hexOf(descriptor.digest));
  const parts = new Map<string, string | undefined>();
  for (const { path, digest } of held.files.values())
    if (isPart(path)) parts.set(path, digest === undefined ? undefined : hexOf(digest));
  return sum([
    compare('the image ', named(ofKind(made, 'image')), images, false),
    compareSmallFiles(made, held),
    compare('', named(made.byproducts), parts, false),
  ]);
}

/** Compares the packages a bundle was made from with those it holds, by what their content hangs on. */
export function compareBundle(
  made: Provenance,
  packages: readonly PackageFacts[],
  bundle: BundleFacts,
): ComparedMaterials {
  const held = new Map<string, string | undefined>();
  for (const { name, label } of bundle.members ?? []) {
    const digest = packages.find((each) => each.label === label)?.files.get('zarf.yaml')?.digest;
    held.set(`${name}#zarf.yaml`, digest === undefined ? undefined : hexOf(digest));
  }
  // Where members could not be told, what is named may be among them.
  return compare(
    'the package ',
    named(ofKind(made, 'package')),
    held,
    bundle.members === undefined,
  );
}

/** What of a package provenance names as left by the build. */
function isPart(path: string): boolean {
  return path === 'checksums.txt' || path === 'sboms.tar' || /^components\/[^/]+\.tar$/.test(path);
}

const smallKinds = new Set(['chart', 'values', 'manifest']);
const smallPlace = /^[^/]+\/(?:charts|values|manifests)\/[^/]+$/;

function compareSmallFiles(made: Provenance, { files, leftOut }: PackageFacts): ComparedMaterials {
  const wanted = made.resolvedDependencies
    .filter(({ annotations }) => smallKinds.has(String(annotations?.['kind'])))
    .map(({ annotations = {}, digest }): Wanted => {
      const { component, path } = annotations;
      const placed = typeof component === 'string' && typeof path === 'string';
      return [placed ? `${component}/${path}` : undefined, digest?.['sha256']];
    });
  const held = new Map<string, string | undefined>();
  let unseen = false;
  for (const { path, nested, digest } of files.values()) {
    if (!/^components\/[^/]+\.tar$/.test(path) || leftOut?.has(path) === true) continue;
    if (nested === undefined || nested.fault !== undefined || digest === undefined) unseen = true;
    for (const [name, bytes] of nested?.files ?? [])
      if (smallPlace.test(name)) held.set(name, hexOf(digestOf(bytes)));
    for (const name of nested?.tooLarge ?? []) held.set(name, undefined);
  }
  return compare('', wanted, held, unseen);
}

function ofKind(made: Provenance, kind: string): readonly ProvenanceResource[] {
  return made.resolvedDependencies.filter(({ annotations }) => annotations?.['kind'] === kind);
}

function named(resources: readonly ProvenanceResource[]): readonly Wanted[] {
  return resources.map(({ name, digest }) => [name, digest?.['sha256']]);
}

/** @param unseen not everything was looked at, so that what is missing may be there */
function compare(
  what: string,
  wanted: readonly Wanted[],
  held: Held,
  unseen: boolean,
): ComparedMaterials {
  const differences: MaterialDifference[] = [];
  const pinned = new Map<string, string>();
  const loose = new Set<string>();
  let left = 0;
  for (const [name, sha256] of wanted) {
    if (name !== undefined && sha256 !== undefined) pinned.set(name, sha256);
    else if (name !== undefined && held.has(name)) loose.add(name);
    else left += 1;
  }
  let same = 0;
  for (const [name, sha256] of pinned) {
    const thing = `${what}${name}`;
    const found = held.get(name);
    if (found === sha256) same += 1;
    else if (found !== undefined)
      differences.push({
        kind: 'other',
        thing,
        message: `${thing} is sha256:${found} here, made from was sha256:${sha256}`,
      });
    else if (unseen || held.has(name))
      differences.push({ kind: 'open', thing, message: `${thing} could not be looked at` });
    else
      differences.push({
        kind: 'absent',
        thing,
        message: `${thing} is named and not in the archive`,
      });
  }
  for (const name of held.keys())
    if (!pinned.has(name)) {
      const thing = `${what}${name}`;
      const how = loose.has(name) ? 'named without a SHA-256' : 'not named';
      differences.push({
        kind: 'unnamed',
        thing,
        message: `${thing} is in the archive and ${how}`,
      });
    }
  return { same, left, differences };
}

function sum(parts: readonly ComparedMaterials[]): ComparedMaterials {
  return {
    same: parts.reduce((all, { same }) => all + same, 0),
    left: parts.reduce((all, { left }) => all + left, 0),
    differences: parts.flatMap(({ differences }) => differences),
  };
}
