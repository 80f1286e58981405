import { posix } from 'node:path';
import { annotationKeys } from '../oci/descriptor.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { blobPath, layoutMarker } from '../oci/layout.ts';
import { type BlobSource, heldContent } from '../ports/blob-store.ts';
import type { Workspace } from '../ports/workspace.ts';
import { parseJsonStrict } from '../support/json-document.ts';
import type { Run } from '../support/run.ts';
import type { UdsBundle, UdsPackage } from '../uds/bundle.ts';
import { renderLegacyLayout } from '../uds/legacy-layout.ts';
import { mergeOverrides } from '../uds/merge-overrides.ts';
import { bundleFileName, renderBundle } from '../uds/render-bundle.ts';
import { packageManifest } from '../zarf/oci-manifest.ts';
import { BundleError } from '../zarf/pack-error.ts';
import { metadataTitles } from './archive-order.ts';
import { requireAgreement } from './bundle-agreement.ts';
import { rfc1123 } from './pack-package.ts';
import type { PackedFile, PackedPackage } from './packed-package.ts';

export interface BundleRequest {
  /** As authored. */
  readonly definition: UdsBundle;
  /** Path of the file it was read from, for its values files. */
  readonly definitionPath: string;
  /** By the name of the bundle's entry. */
  readonly members: ReadonlyMap<string, PackedPackage>;
  readonly architecture: string;
  /** Every timestamp written. */
  readonly timestamp: Date;
  /** The UDS version whose format this is, e.g. `v0.35.1`. */
  readonly udsVersion: string;
  /** Goes into the entry of each signed package for which the author named no trust. */
  readonly publicKeyPem?: string;
}

/** A legacy bundle with every file known, in the order of the archive. */
export interface PackedBundle {
  readonly fileName: string;
  /** Digest of the root manifest: names the content, whatever archive it is in. */
  readonly rootDigest: Digest;
  /** As it is embedded. */
  readonly definition: UdsBundle;
  /** Metadata first, each blob once. */
  readonly files: readonly PackedFile[];
  /** Manifest digest of each package, in the order of the bundle. */
  readonly packages: readonly { readonly name: string; readonly manifestDigest: Digest }[];
}

const maxValuesBytes = 2 ** 24;
const layoutMode = 0o644;
interface Member {
  readonly entry: UdsPackage;
  readonly packed: PackedPackage;
  readonly manifest: BlobSource;
  readonly config: BlobSource;
}

/**
 * Puts packages into a legacy UDS bundle. Every file of every package goes in, chosen or not, so
 * that deploy, publish and pull all find what they look for.
 * @throws BundleError all of its codes
 * @see shared reference of the UDS bundle format, 2
 */
export async function packBundle(
  request: BundleRequest,
  ports: { readonly workspace: Workspace },
  run: Run,
): Promise<PackedBundle> {
  const { definition: authored, architecture } = request;
  const fileName = bundleFileName(authored, architecture);
  const members = authored.packages.map((entry) => toMember(entry, request.members));
  requireAgreement(
    authored,
    members.map(({ packed }) => packed),
    architecture,
  );
  const folder = posix.dirname(request.definitionPath);
  const packages: UdsPackage[] = [];
  for (const member of members) {
    run.signal.throwIfAborted();
    const merged = await mergeOverrides(member.entry, (path) =>
      ports.workspace.read(posix.join(folder, path), maxValuesBytes),
    );
    packages.push(embeddedEntry(merged, member, request.publicKeyPem));
  }
  const definition: UdsBundle = {
    kind: 'UDSBundle',
    metadata: { ...authored.metadata, architecture },
    // UDS names machine and user here; ours are constants, or no two builds would agree.
    build: {
      terminal: 'cowa-release',
      user: 'cowa-release',
      architecture,
      timestamp: rfc1123(request.timestamp),
      version: request.udsVersion,
    },
    packages,
  };
  const layout = renderLegacyLayout(
    definition,
    renderBundle(definition),
    members.map(({ manifest }) => manifest),
    architecture,
  );
  return {
    fileName,
    rootDigest: layout.rootManifest.digest,
    definition,
    files: orderedFiles(layout, members),
    packages: members.map(({ entry, manifest }) => ({
      name: entry.name,
      manifestDigest: manifest.digest,
    })),
  };
}

function orderedFiles(
  layout: ReturnType<typeof renderLegacyLayout>,
  members: readonly Member[],
): readonly PackedFile[] {
  const blobs = new Map<Digest, BlobSource>();
  const add = (blob: BlobSource): void => {
    if (!blobs.has(blob.digest)) blobs.set(blob.digest, blob);
  };
  for (const { bytes } of [layout.rootManifest, layout.rootConfig, layout.definition])
    add(heldContent(bytes));
  for (const { packed, manifest } of members) {
    add(manifest);
    for (const title of metadataTitles)
      for (const file of packed.files) if (file.path === title) add(file.blob);
  }
  const rest = members
    .flatMap(({ packed, config }) => [config, ...packed.files.map(({ blob }) => blob)])
    .sort((a, b) => (a.digest < b.digest ? -1 : a.digest > b.digest ? 1 : 0));
  for (const blob of rest) add(blob);
  return [
    { path: 'oci-layout', mode: layoutMode, blob: heldContent(Buffer.from(layoutMarker)) },
    { path: 'index.json', mode: layoutMode, blob: heldContent(layout.index) },
    ...[...blobs.values()].map(
      (blob): PackedFile => ({
        path: blobPath(blob.digest),
        mode: layoutMode,
        blob,
      }),
    ),
  ];
}

function embeddedEntry(
  merged: UdsPackage,
  { packed, manifest }: Member,
  publicKeyPem: string | undefined,
): UdsPackage {
  const trusted = merged.publicKey !== undefined || merged.keylessVerification !== undefined;
  const insert = packed.signed && !trusted && publicKeyPem !== undefined;
  const [tag] = merged.ref.split('@');
  return {
    ...merged,
    ref: `${tag}@${manifest.digest}`,
    // Where the author's folder was would say something of the build machine, and means nothing to a reader.
    ...(merged.path === undefined ? {} : { path: packed.fileName }),
    ...(insert ? { publicKey: publicKeyPem } : {}),
  };
}

function toMember(entry: UdsPackage, members: ReadonlyMap<string, PackedPackage>): Member {
  const packed = members.get(entry.name);
  if (packed === undefined) {
    throw new BundleError(
      'BUNDLE_MEMBER_MISSING',
      `the bundle holds package '${entry.name}', which was neither built nor found`,
      {
        suggestions: [
          'Add the package to the flavor in cowa-release.yaml, or put its archive where the bundle looks for it',
        ],
      },
    );
  }
  const pulled = packed.registryManifest;
  if (pulled !== undefined) {
    requireManifest(entry, packed, pulled);
    return { entry, packed, manifest: heldContent(pulled.bytes), config: pulled.config };
  }
  const made = packageManifest(packed);
  return {
    entry,
    packed,
    manifest: heldContent(made.bytes),
    config: heldContent(made.config.bytes),
  };
}

/** A manifest that came over the network has to say of each file what is true. */
function requireManifest(
  entry: UdsPackage,
  packed: PackedPackage,
  pulled: NonNullable<PackedPackage['registryManifest']>,
): void {
  const refuse = (what: string): BundleError =>
    new BundleError(
      'BUNDLE_MANIFEST_INVALID',
      `the registry manifest of package '${entry.name}' ${what}`,
      { suggestions: ['Pull the package again'] },
    );
  if (digestOf(pulled.bytes) !== pulled.digest) throw refuse(`does not hash to ${pulled.digest}`);
  const { value, problem } = parseJsonStrict(pulled.bytes, {
    maxBytes: maxValuesBytes,
    maxDepth: 32,
  });
  const layers: unknown = problem === undefined ? Reflect.get(Object(value), 'layers') : undefined;
  if (!Array.isArray(layers))
    throw refuse(problem === undefined ? 'has no layers' : `cannot be read: ${problem.message}`);
  const promised = new Map<string, string>();
  for (const layer of layers) {
    const title: unknown = Reflect.get(
      Object(Reflect.get(Object(layer), 'annotations')),
      annotationKeys.title,
    );
    if (typeof title === 'string')
      promised.set(
        title,
        `${String(Reflect.get(layer, 'digest'))} ${String(Reflect.get(layer, 'size'))}`,
      );
  }
  for (const { path, blob } of packed.files) {
    if (promised.get(path) !== `${blob.digest} ${blob.size}`)
      throw refuse(`does not name ${path} with ${blob.digest} and ${blob.size} bytes`);
    promised.delete(path);
  }
  const [absent] = promised.keys();
  if (absent !== undefined) throw refuse(`names ${absent}, which was not pulled`);
}
