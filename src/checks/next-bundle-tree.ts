import type { Survey } from '../archive/survey.ts';
import { type Descriptor, mediaTypes } from '../oci/descriptor.ts';
import { descriptorsOf, type JsonObject, textMapOf } from '../oci/read-members.ts';
import type { ParsedBundleDefinition } from '../uds/bundle.ts';
import { BundleBlobs } from './bundle-blobs.ts';
import { type BundleHalf, freeLabel } from './bundle-half.ts';
import { readIndex, readMarker } from './bundle-layout.ts';
import { gatherBundledPackage } from './bundle-package.ts';
import type { ProblemList } from './bundle-problem.ts';
import type { BundleMember, PackageFacts } from './facts.ts';
import { readNextDefinition } from './next-definition.ts';

const indexPath = 'oci/index.json';
const artifactPrefix = 'application/vnd.defenseunicorns.uds.bundle.';
const bundleType = `${artifactPrefix}v1`;
/** Marks the entry of the definition. */
const definitionType = `${artifactPrefix}definition.v1`;

const architectureKey = 'uds.dev/architecture';
const nameKey = 'uds.dev/package.name';
const claimKey = 'uds.dev/package-verification';

/**
 * Follows a next bundle, or the next half of a hybrid, from `oci/index.json` to every blob.
 * @param taken labels in use; packages of the same name get another
 * @see shared reference of the UDS bundle format, 3
 */
export function gatherNextHalf(
  survey: Survey,
  format: 'uds-next' | 'uds-hybrid',
  list: ProblemList,
  taken: Set<string>,
): BundleHalf {
  const blobs = new BundleBlobs(survey, format, 'oci/', list);
  readMarker(blobs, 'oci/oci-layout', true, list);
  blobs.evidence('uds.bundle.sig');
  const read = readIndex(blobs, indexPath, list);
  const nothing = {
    definition: undefined,
    definitionDigest: undefined,
    architecture: undefined,
    members: [],
    packages: [],
    blobs,
  };
  if (read === undefined) return { ...nothing, rootDigest: undefined };
  const { index, file } = read;
  const entries = list.attempt('BUNDLE_INDEX_INVALID', indexPath, () =>
    descriptorsOf(index['manifests'], indexPath, 'manifests'),
  );
  if (!isBundleIndex(index, list) || entries === undefined)
    return { ...nothing, rootDigest: file.digest };
  const architecture = readArchitecture(index, list);
  const definitions = entries.filter(({ artifactType }) => artifactType === definitionType);
  const [entry] = definitions;
  if (definitions.length !== 1)
    list.report(
      'BUNDLE_DEFINITION_MISSING',
      indexPath,
      `${indexPath} has ${definitions.length} entries for a definition, one is due`,
    );
  const definition =
    entry === undefined ? undefined : readNextDefinition(entry, architecture ?? '', blobs, list);
  const packages = entries.filter((each) => isPackage(each, list));
  return {
    definition,
    definitionDigest: entry?.digest,
    rootDigest: file.digest,
    architecture,
    ...readPackages(definition, packages, blobs, list, taken),
    blobs,
  };
}

function isBundleIndex({ artifactType, schemaVersion }: JsonObject, list: ProblemList): boolean {
  if (schemaVersion !== 2)
    list.report(
      'BUNDLE_INDEX_INVALID',
      indexPath,
      `${indexPath} cannot be used: schemaVersion is not 2`,
    );
  if (artifactType === bundleType) return true;
  if (typeof artifactType === 'string' && artifactType.startsWith(artifactPrefix)) {
    list.unknown(
      indexPath,
      `${indexPath} is of the type ${JSON.stringify(artifactType.slice(0, 100))}; ${bundleType} is known`,
    );
    return false;
  }
  const found = typeof artifactType === 'string' ? `'${artifactType.slice(0, 100)}'` : 'none';
  list.report(
    'BUNDLE_INDEX_INVALID',
    indexPath,
    `${indexPath} lacks the mark of a bundle: artifactType must be ${bundleType}, found ${found}`,
  );
  return true;
}

function readArchitecture(index: JsonObject, list: ProblemList): string | undefined {
  const annotations = list.attempt('BUNDLE_INDEX_INVALID', indexPath, () =>
    textMapOf(index['annotations'], indexPath, 'annotations'),
  );
  const architecture = annotations?.[architectureKey];
  if (annotations !== undefined && (architecture === undefined || architecture === '')) {
    list.report(
      'BUNDLE_ARCHITECTURE_MISSING',
      indexPath,
      `${indexPath} has no annotation ${architectureKey}: it cannot be inspected, pushed or pulled`,
    );
  }
  return architecture;
}

function isPackage({ artifactType, mediaType, digest }: Descriptor, list: ProblemList): boolean {
  if (artifactType === definitionType) return false;
  const known =
    artifactType === undefined &&
    (mediaType === mediaTypes.ociManifest || mediaType === mediaTypes.dockerManifest);
  if (!known)
    list.unknown(
      indexPath,
      `an entry of ${indexPath} is of the type ${JSON.stringify((artifactType ?? mediaType).slice(0, 100))}, which is not known`,
      digest,
    );
  return known;
}

function readPackages(
  definition: ParsedBundleDefinition | undefined,
  entries: readonly Descriptor[],
  blobs: BundleBlobs,
  list: ProblemList,
  taken: Set<string>,
): { readonly members: readonly BundleMember[]; readonly packages: readonly PackageFacts[] } {
  const members: BundleMember[] = [];
  const packages: PackageFacts[] = [];
  const declared = definition?.next?.packages ?? [];
  const names = new Set<string>();
  const add = (
    entry: Descriptor,
    name: string,
    listed: readonly string[],
    pointer: string | undefined,
  ): void => {
    const claimsVerified = entry.annotations?.[claimKey] === 'verified';
    const label = freeLabel(name, taken);
    const facts = gatherBundledPackage(
      { name, label, half: 'next', manifest: entry, listed },
      blobs,
      list,
    );
    if (facts !== undefined) packages.push(facts);
    members.push({
      half: 'next',
      name,
      label: facts?.label,
      digest: entry.digest,
      pointer,
      claimsVerified,
    });
  };
  const byName = new Map<string, Descriptor>();
  const rest: Descriptor[] = [];
  for (const entry of entries) {
    const name = entry.annotations?.[nameKey];
    if (name === undefined || name === '')
      list.report(
        'BUNDLE_PACKAGE_UNDECLARED',
        indexPath,
        `an entry of ${indexPath} has no annotation ${nameKey}`,
        { digest: entry.digest },
      );
    else if (byName.has(name))
      list.report(
        'BUNDLE_PACKAGE_DUPLICATE',
        `package '${name}'`,
        `${indexPath} has two entries for package '${name}'`,
        { digest: entry.digest },
      );
    if (name !== undefined && name !== '' && !byName.has(name)) byName.set(name, entry);
    else rest.push(entry);
  }
  for (const [index, { name, optionalComponents }] of declared.entries()) {
    const pointer = `/packages/${index}`;
    const entry = byName.get(name);
    if (names.has(name)) continue;
    names.add(name);
    if (entry !== undefined) add(entry, name, optionalComponents, pointer);
    else {
      list.report(
        'BUNDLE_REF_UNKNOWN',
        `package '${name}'`,
        `the definition has a package '${name}' for which ${indexPath} has no entry`,
        // An entry of an unknown type may be the one.
        list.hasUnknown ? { outcome: 'undecided' } : {},
      );
      members.push({
        half: 'next',
        name,
        label: undefined,
        digest: undefined,
        pointer,
        claimsVerified: false,
      });
    }
  }
  for (const [name, entry] of byName) {
    if (names.has(name)) continue;
    if (definition?.next !== undefined)
      list.report(
        'BUNDLE_PACKAGE_UNDECLARED',
        `package '${name}'`,
        `${indexPath} has a package '${name}' that the definition does not`,
        { digest: entry.digest },
      );
    add(entry, name, [], undefined);
  }
  for (const entry of rest)
    add(
      entry,
      entry.annotations?.[nameKey] ?? `package ${entry.digest.slice(7, 19)}`,
      [],
      undefined,
    );
  return { members, packages };
}
