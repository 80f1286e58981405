import type { Descriptor, Platform } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { isRunnable } from '../../oci/is-runnable.ts';
import type { ImageManifest } from '../../oci/manifest.ts';
import type { ImageBlob } from '../../ports/image-source.ts';
import type { Run } from '../../support/run.ts';
import type { ManifestReader } from './manifest-reader.ts';
import type { FetchedManifest } from './registry-client.ts';
import type { Repository } from './registry-connection.ts';
import {
  bad,
  parseConfigPlatform,
  parseRegistryDocument,
  type RegistryDocument,
} from './registry-document.ts';
import { RegistryContentError } from './registry-error.ts';

const maxConfigBytes = 4 << 20;
const maxIndexDepth = 3;

/** One image being followed from its root to every blob. */
export interface Walk {
  readonly reader: ManifestReader;
  readonly at: Repository;
  readonly platform: Platform;
  readonly subject: string;
  /** Filled on the way: every blob once. */
  readonly blobs: Map<Digest, ImageBlob>;
  readonly run: Run;
}

/** An index that is kept whole, with everything below it. @throws RegistryContentError REGISTRY_DOCUMENT */
export async function takeIndex(
  walk: Walk,
  self: Descriptor,
  fetched: FetchedManifest,
  index: RegistryDocument & { kind: 'index' },
  depth = 1,
): Promise<void> {
  if (depth > maxIndexDepth)
    throw bad(walk.subject, `indexes are nested deeper than ${maxIndexDepth}`);
  if (!takeHeld(walk, self, fetched.bytes, 'index')) return;
  for (const descriptor of index.manifests) {
    if (walk.blobs.has(descriptor.digest)) continue;
    const { fetched: bytes, document } = await readChild(walk, descriptor);
    if (document.kind === 'manifest') takeManifest(walk, descriptor, bytes, document);
    else await takeIndex(walk, descriptor, bytes, document, depth + 1);
  }
}

/** A manifest with its config and layers. @throws RegistryContentError REGISTRY_DOCUMENT */
export function takeManifest(
  walk: Walk,
  self: Descriptor,
  fetched: FetchedManifest,
  manifest: ImageManifest,
): void {
  if (!takeHeld(walk, self, fetched.bytes, 'manifest')) return;
  takeRemote(walk, manifest.config, 'config');
  for (const layer of manifest.layers) takeRemote(walk, layer, 'layer');
}

/** The document behind an entry of an index. @throws RegistryContentError REGISTRY_DOCUMENT: it is not what the entry announces */
export async function readChild(
  { reader, at, subject, run }: Walk,
  descriptor: Descriptor,
): Promise<{ readonly fetched: FetchedManifest; readonly document: RegistryDocument }> {
  const fetched = await reader.manifest(at, descriptor.digest, run);
  const document = parseRegistryDocument(fetched, `${subject}, entry ${descriptor.digest},`);
  const { mediaType, digest, size } = descriptor;
  if (document.mediaType !== mediaType)
    throw bad(subject, `${digest} is announced as ${mediaType} but is ${document.mediaType}`);
  if (fetched.bytes.byteLength !== size)
    throw bad(subject, `${digest} has ${fetched.bytes.byteLength} bytes, ${size} were announced`);
  return { fetched, document };
}

/**
 * An image of another platform would be packed unnoticed; charts, signatures and other artifacts have
 * no platform and pass.
 * @throws RegistryContentError REGISTRY_PLATFORM, REGISTRY_DOCUMENT
 */
export async function requirePlatform(
  { reader, at, subject, platform, run }: Walk,
  manifest: ImageManifest,
): Promise<void> {
  if (!isRunnable(manifest)) return;
  const { config } = manifest;
  if (config.size > maxConfigBytes)
    throw bad(subject, `its config has more than ${maxConfigBytes} bytes`);
  const found = parseConfigPlatform(await reader.small(at, config, run), subject);
  if (!fits(found, platform)) throw noPlatform(subject, platform, [{ platform: found }]);
}

/** Variants are not compared: definitions name an architecture alone. */
export function fits(found: Platform | undefined, wanted: Platform): boolean {
  return found?.architecture === wanted.architecture && found.os === wanted.os;
}

export function noPlatform(
  subject: string,
  wanted: Platform,
  found: readonly { readonly platform?: Platform }[],
): RegistryContentError {
  const names = [
    ...new Set(
      found.map(({ platform }) =>
        platform === undefined ? 'unnamed' : `${platform.os}/${platform.architecture}`,
      ),
    ),
  ];
  return new RegistryContentError(
    'REGISTRY_PLATFORM',
    `${subject} is there for ${names.slice(0, 12).join(', ') || 'no platform'}, not for ${wanted.os}/${wanted.architecture}`,
    {
      suggestions: [
        'Choose a tag or digest that has this platform, or change architecture in cowa-release.yaml',
      ],
    },
  );
}

function takeHeld(
  { blobs, subject }: Walk,
  { digest, size, mediaType }: Descriptor,
  bytes: Uint8Array,
  role: 'index' | 'manifest',
): boolean {
  if (blobs.has(digest)) return false;
  if (size !== bytes.byteLength)
    throw bad(subject, `${digest} has ${bytes.byteLength} bytes, ${size} were announced`);
  blobs.set(digest, {
    digest,
    size,
    mediaType,
    role,
    async *open(run) {
      run.signal.throwIfAborted();
      yield bytes;
    },
  });
  return true;
}

function takeRemote(
  { blobs, reader, at, subject }: Walk,
  descriptor: Descriptor,
  role: 'config' | 'layer',
): void {
  const { digest, size, mediaType } = descriptor;
  const known = blobs.get(digest);
  if (known === undefined) blobs.set(digest, { ...reader.remote(at, descriptor), mediaType, role });
  else if (known.size !== size)
    throw bad(subject, `${digest} is announced with ${known.size} and with ${size} bytes`);
}
