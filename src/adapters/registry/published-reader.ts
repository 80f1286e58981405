import { type Descriptor, mediaTypes } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { isManifestType } from '../../oci/manifest.ts';
import { readObject } from '../../oci/read-members.ts';
import { normalizeReference } from '../../oci/reference.ts';
import type { BlobSource, BlobStore } from '../../ports/blob-store.ts';
import type {
  Published,
  PublishedDocument,
  PublishedMember,
  PublishedSource,
} from '../../ports/published-source.ts';
import type { Run } from '../../support/run.ts';
import { parsePackageManifest, titleOf } from '../../uds/package-manifest.ts';
import { type ArtifactAddress, readPublished } from './fetch-artifact.ts';
import { type ClientSettings, makeClient } from './make-client.ts';
import { ManifestReader } from './manifest-reader.ts';
import type { FetchedManifest } from './registry-client.ts';
import { bad, parseRegistryDocument, type RegistryDocument } from './registry-document.ts';
import { RegistryContentError, RegistryError } from './registry-error.ts';

const bundleType = 'application/vnd.defenseunicorns.uds.bundle.v1';
const evidenceType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const definitionTitle = 'uds-bundle.yaml';

/** Packages and bundles as they are published. Reads manifests; contents when they are opened. */
export class RegistryPublishedSource implements PublishedSource {
  readonly #settings: ClientSettings;
  readonly #held: BlobStore | undefined;

  /** @param held content fetched before: what is named by digest is read there */
  constructor(settings: ClientSettings, held?: BlobStore) {
    this.#settings = settings;
    this.#held = held;
  }

  /**
   * As `PublishedSource`.
   * @throws RegistryError, RegistryContentError all codes; OciError OCI_REFERENCE_INVALID, OCI_DOCUMENT_INVALID
   * @see shared reference of the Zarf package format, 8; of the UDS bundle format, 5.2
   */
  async fetchPublished(
    reference: string,
    { architecture }: { readonly architecture: string },
    run: Run,
  ): Promise<Published> {
    const at = normalizeReference(reference);
    const reader = new ManifestReader(await makeClient(this.#settings), this.#held);
    const found = await reader.manifest(at, at.digest ?? at.tag ?? 'latest', run);
    const document = parseRegistryDocument(found, at.normalized);
    if (document.kind === 'index' && !isBundleIndex(found)) {
      const entry = entryFor(at, document, architecture);
      const child = await reader.manifest(at, entry.digest, run);
      const inner = parseRegistryDocument(child, `${at.normalized}, entry ${entry.digest},`);
      if (child.bytes.length !== entry.size || inner.mediaType !== entry.mediaType)
        throw bad(
          at.normalized,
          `its entry ${entry.digest} is not of the size and kind that were announced`,
        );
      return this.#one(reader, at, child, inner, architecture, run);
    }
    return this.#one(reader, at, found, document, architecture, run);
  }

  async #one(
    reader: ManifestReader,
    at: ArtifactAddress,
    found: FetchedManifest,
    document: RegistryDocument,
    architecture: string,
    run: Run,
  ): Promise<Published> {
    if (document.kind === 'index') {
      if (isBundleIndex(found)) return nextBundle(reader, at, found, document.manifests, run);
      throw bad(at.normalized, 'its entry is another index, and no bundle of the next format');
    }
    if (document.config.mediaType === mediaTypes.zarfConfig)
      return { kind: 'package', ...(await readPublished(reader, at, found, architecture, run)) };
    const definition = document.layers.filter((layer) => titleOf(layer) === definitionTitle);
    const [only] = definition;
    if (only === undefined || definition.length > 1)
      throw bad(at.normalized, 'it is neither a Zarf package nor a UDS bundle', [
        'Name the repository and tag of a package or bundle published with zarf or uds',
      ]);
    const packages: PublishedMember[] = [];
    for (const layer of document.layers.filter((each) => titleOf(each) === undefined))
      packages.push(await memberOf(reader, at, layer, run));
    return {
      kind: 'legacy-bundle',
      root: { bytes: found.bytes, digest: found.digest },
      config: reader.remote(at, document.config),
      definition: reader.remote(at, only),
      packages,
    };
  }
}

function isBundleIndex({ bytes }: FetchedManifest): boolean {
  return readObject(bytes, 'the index')['artifactType'] === bundleType;
}

function entryFor(
  { normalized }: ArtifactAddress,
  { manifests }: { readonly manifests: readonly Descriptor[] },
  architecture: string,
): Descriptor {
  const published = manifests.filter(({ platform }) => platform?.os === 'multi');
  const [chosen, second] = published.filter(
    ({ platform }) => platform?.architecture === architecture,
  );
  if (chosen !== undefined && second === undefined) return chosen;
  if (second !== undefined)
    throw bad(normalized, `it is published twice for ${architecture}: which is meant is unknown`);
  const names = published.map(({ platform }) => platform?.architecture ?? '').slice(0, 12);
  throw new RegistryContentError(
    'REGISTRY_PLATFORM',
    `${normalized} ${names.length === 0 ? 'holds no published package or bundle' : `is published for ${names.join(', ')}, not for ${architecture}`}`,
    { suggestions: ['Choose another architecture with --architecture, or another version'] },
  );
}

/** A package manifest lies among the blobs of the bundle. */
async function memberOf(
  reader: ManifestReader,
  at: ArtifactAddress,
  layer: Descriptor,
  run: Run,
): Promise<PublishedMember> {
  const bytes = await reader.small(at, layer, run);
  const { config, layers } = parsePackageManifest(bytes, `package ${layer.digest} of the bundle`);
  return {
    manifest: { bytes, digest: layer.digest },
    config: config === undefined ? undefined : reader.remote(at, config),
    files: layers.map((each) => ({ path: titleOf(each), blob: reader.remote(at, each) })),
  };
}

async function nextBundle(
  reader: ManifestReader,
  at: ArtifactAddress,
  index: FetchedManifest,
  entries: readonly Descriptor[],
  run: Run,
): Promise<Published> {
  const documents = new Map<Digest, PublishedDocument>();
  const blobs = new Map<Digest, BlobSource>();
  for (const entry of entries) {
    if (!isManifestType(entry.mediaType))
      throw bad(at.normalized, `its entry ${entry.digest} is ${entry.mediaType}, no manifest`);
    const fetched = await reader.manifest(at, entry.digest, run);
    const document = parseRegistryDocument(fetched, `${at.normalized}, entry ${entry.digest},`);
    if (document.kind === 'index') throw bad(at.normalized, 'an entry of it is another index');
    documents.set(entry.digest, { bytes: fetched.bytes, digest: fetched.digest });
    for (const each of [document.config, ...document.layers])
      if (!blobs.has(each.digest)) blobs.set(each.digest, reader.remote(at, each));
  }
  return {
    kind: 'next-bundle',
    index: { bytes: index.bytes, digest: index.digest },
    documents: [...documents.values()],
    blobs: [...blobs.values()],
    signature: await evidenceFor(reader, at, index.digest, run),
  };
}

/** The signature of a bundle is published beside it, under a tag made of its digest. */
async function evidenceFor(
  reader: ManifestReader,
  at: ArtifactAddress,
  digest: Digest,
  run: Run,
): Promise<BlobSource | undefined> {
  const tag = digest.replace(':', '-');
  let found: FetchedManifest;
  try {
    found = await reader.manifest(at, tag, run);
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'REGISTRY_NOT_FOUND') return undefined;
    throw error;
  }
  let document = parseRegistryDocument(found, `${at.normalized}, tag ${tag},`);
  if (document.kind === 'index') {
    const evidence = document.manifests.filter(({ artifactType }) => artifactType === evidenceType);
    const [only] = evidence;
    if (only === undefined) return undefined;
    if (evidence.length > 1)
      throw bad(at.normalized, `${evidence.length} signatures lie beside it, one is meant`);
    const child = await reader.manifest(at, only.digest, run);
    document = parseRegistryDocument(child, `${at.normalized}, signature ${only.digest},`);
  }
  if (document.kind === 'index') throw bad(at.normalized, 'its signature is another index');
  const layers = document.layers.filter(({ mediaType }) => mediaType === evidenceType);
  const [layer] = layers;
  if (layer === undefined || layers.length > 1)
    throw bad(at.normalized, `the signature beside it has ${layers.length} contents, one is meant`);
  return reader.remote(at, layer);
}
