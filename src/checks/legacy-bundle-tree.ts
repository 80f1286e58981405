import type { Survey } from '../archive/survey.ts';
import { annotationKeys, type Descriptor, mediaTypes } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { parseIndex } from '../oci/image-index.ts';
import { parseManifest } from '../oci/manifest.ts';
import type { ParsedBundleDefinition } from '../uds/bundle.ts';
import { titleOf } from '../uds/package-manifest.ts';
import { parseUdsBundle } from '../uds/parse-bundle.ts';
import { parsePackageRef } from '../uds/parse-ref.ts';
import { BundleBlobs } from './bundle-blobs.ts';
import { type BundleHalf, freeLabel } from './bundle-half.ts';
import { isNewerManifest, readIndex, readMarker } from './bundle-layout.ts';
import { type BundledPackage, gatherBundledPackage } from './bundle-package.ts';
import type { ProblemList } from './bundle-problem.ts';
import type { BundleMember, PackageFacts } from './facts.ts';
import { grounds } from './find-causes.ts';

const definitionTitle = 'uds-bundle.yaml';

/**
 * Follows a legacy bundle from `index.json` over the root manifest to its definition and packages.
 * @see shared reference of the UDS bundle format, 2
 */
export function gatherLegacyHalf(
  survey: Survey,
  format: 'uds-legacy' | 'uds-hybrid',
  list: ProblemList,
): BundleHalf {
  const blobs = new BundleBlobs(survey, format, '', list);
  judgeSpelling(survey, list);
  readMarker(blobs, 'oci-layout', false, list);
  const entry = readRootEntry(blobs, list);
  const root = entry === undefined ? undefined : readRoot(entry, blobs, list);
  const layer = root === undefined ? undefined : definitionLayer(root.layers, list);
  const definition = layer === undefined ? undefined : readDefinition(layer, blobs, list);
  const bundle = definition?.bundle;
  const version = bundle?.metadata.version;
  const refName = entry?.annotations?.[annotationKeys.refName];
  if (entry !== undefined && bundle !== undefined && refName !== version) {
    const message = `index.json names the bundle ${refName === undefined ? 'by no version' : `'${refName}'`}, its definition says '${version ?? ''}': it cannot be published`;
    list.report('BUNDLE_REF_NAME', 'index.json', message, { severity: 'warning' });
  }
  const layers = (root?.layers ?? []).filter(
    (each) => each !== layer && titleOf(each) === undefined,
  );
  return {
    definition,
    definitionDigest: layer?.digest,
    rootDigest: root?.digest,
    architecture: bundle?.build?.architecture ?? bundle?.metadata.architecture,
    ...readPackages(definition, layers, blobs, list),
    blobs,
  };
}

/** Deploying programs look for exact names in this tree, and crash where they are spelt otherwise. */
function judgeSpelling({ entries }: Survey, list: ProblemList): void {
  for (const { name, path, type } of entries) {
    if (type !== 'file' || name === path || path.startsWith('oci/')) continue;
    list.report(
      'BUNDLE_ENTRY_SPELLING',
      path,
      `the entry '${name}' must be spelt '${path}', or it is not found`,
    );
  }
}

function readRootEntry(blobs: BundleBlobs, list: ProblemList): Descriptor | undefined {
  const path = 'index.json';
  const read = readIndex(blobs, path, list);
  if (read === undefined) return undefined;
  const index = list.attempt('BUNDLE_INDEX_INVALID', path, () =>
    parseIndex(read.content, undefined, path),
  );
  if (index === undefined) return undefined;
  const [entry] = index.manifests;
  if (index.manifests.length !== 1)
    list.report(
      'BUNDLE_INDEX_ENTRIES',
      path,
      `index.json has ${index.manifests.length} entries, a bundle has one`,
    );
  return entry;
}

function readRoot(
  entry: Descriptor,
  blobs: BundleBlobs,
  list: ProblemList,
): { readonly layers: readonly Descriptor[]; readonly digest: Digest | undefined } | undefined {
  const what = 'the root manifest';
  const file = blobs.follow(entry, what, undefined, grounds.bundle);
  const digest = file?.digest === entry.digest ? entry.digest : undefined;
  if (entry.mediaType !== mediaTypes.ociManifest) {
    list.unknown(
      'index.json',
      `index.json leads to ${JSON.stringify(entry.mediaType.slice(0, 100))}; a bundle has ${mediaTypes.ociManifest} there`,
      entry.digest,
    );
    return undefined;
  }
  if (file === undefined) return undefined;
  const content = blobs.contentOf(file, entry, what, 'BUNDLE_BLOB_UNREAD');
  if (content === undefined || isNewerManifest(content, what, entry.digest, list)) return undefined;
  const manifest = list.attempt('BUNDLE_ROOT_INVALID', what, () =>
    parseManifest(content, entry.mediaType, what),
  );
  if (manifest === undefined) return undefined;
  blobs.follow(manifest.config, 'the root config', 'BUNDLE_CONFIG_MISSING');
  return { layers: manifest.layers, digest };
}

/** The layer of the definition. Every other one must be without a title, or publishing would leave its content out. */
function definitionLayer(layers: readonly Descriptor[], list: ProblemList): Descriptor | undefined {
  const what = 'the root manifest';
  const found = layers.filter((layer) => titleOf(layer) === definitionTitle);
  for (const layer of layers) {
    const title = titleOf(layer);
    const known =
      layer.mediaType === mediaTypes.zarfLayer ||
      (title === undefined && layer.mediaType === mediaTypes.ociManifest);
    if (!known)
      list.unknown(
        what,
        `a layer of the root manifest has the media type ${JSON.stringify(layer.mediaType.slice(0, 100))}, which is not known`,
        layer.digest,
      );
    if (title !== undefined && title !== definitionTitle) {
      list.report(
        'BUNDLE_ROOT_TITLE',
        what,
        `a layer of the root manifest is titled '${title}'; only ${definitionTitle} has a title`,
        { digest: layer.digest },
      );
    }
  }
  if (found.length !== 1)
    list.report(
      'BUNDLE_DEFINITION_MISSING',
      what,
      `the root manifest has ${found.length} layers titled ${definitionTitle}, one is due`,
    );
  return found[0];
}

function readDefinition(
  layer: Descriptor,
  blobs: BundleBlobs,
  list: ProblemList,
): ParsedBundleDefinition | undefined {
  const file = blobs.follow(layer, definitionTitle, undefined, grounds.bundle);
  if (file === undefined) return undefined;
  if (file.digest !== undefined && file.digest !== layer.digest) {
    const message = `${definitionTitle} is not the one that the root manifest promises: overrides, references and keys in it may be anyone's`;
    list.report('BUNDLE_DEFINITION_DIGEST', definitionTitle, message, { digest: layer.digest });
  }
  const content = blobs.contentOf(file, layer, definitionTitle, 'BUNDLE_DEFINITION_UNREAD');
  return content === undefined ? undefined : parseUdsBundle(content, 'built');
}

function readPackages(
  definition: ParsedBundleDefinition | undefined,
  layers: readonly Descriptor[],
  blobs: BundleBlobs,
  list: ProblemList,
): { readonly members: readonly BundleMember[]; readonly packages: readonly PackageFacts[] } {
  const members: BundleMember[] = [];
  const packages: PackageFacts[] = [];
  const labels = new Set<string>();
  const add = (
    bundled: Omit<BundledPackage, 'label' | 'half'>,
    pointer: string | undefined,
  ): void => {
    const label = freeLabel(bundled.name, labels);
    const facts = gatherBundledPackage({ ...bundled, label, half: 'legacy' }, blobs, list);
    if (facts !== undefined) packages.push(facts);
    members.push({
      half: 'legacy',
      name: bundled.name,
      label: facts?.label,
      digest: bundled.manifest.digest,
      pointer,
      claimsVerified: false,
    });
  };
  const missing = (name: string, digest: Digest | undefined, pointer: string): void => {
    const member = { name, label: undefined, digest, pointer, claimsVerified: false };
    members.push({ half: 'legacy', ...member });
  };
  const pinned = new Set<Digest>();
  for (const [index, each] of (definition?.bundle?.packages ?? []).entries()) {
    const pointer = `/packages/${index}`;
    const digest = parsePackageRef(each.ref)?.digest;
    const subject = `package '${each.name}'`;
    const layer = layers.find((candidate) => candidate.digest === digest);
    if (digest === undefined) {
      list.report(
        'BUNDLE_REF_UNPINNED',
        subject,
        `the ref '${each.ref}' of package '${each.name}' ends in no digest, so no package can be found by it`,
      );
      missing(each.name, digest, pointer);
      continue;
    }
    pinned.add(digest);
    if (layer !== undefined) {
      add({ name: each.name, manifest: layer, listed: each.optionalComponents ?? [] }, pointer);
      continue;
    }
    list.report(
      'BUNDLE_REF_UNKNOWN',
      subject,
      `package '${each.name}' is pinned to ${digest}, which the root manifest does not name`,
      { digest },
    );
    missing(each.name, digest, pointer);
  }
  for (const layer of layers) {
    if (pinned.has(layer.digest)) continue;
    const known = definition?.bundle !== undefined;
    if (known)
      list.report(
        'BUNDLE_ROOT_PACKAGE',
        'the root manifest',
        `the root manifest names a package ${layer.digest} that the definition does not`,
        { digest: layer.digest },
      );
    add({ name: `package ${layer.digest.slice(7, 19)}`, manifest: layer, listed: [] }, undefined);
  }
  return { members, packages };
}
