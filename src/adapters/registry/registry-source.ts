import type { Descriptor, Platform } from '../../oci/descriptor.ts';
import { normalizeReference } from '../../oci/reference.ts';
import type { ArtifactSource, PublishedArtifact } from '../../ports/artifact-source.ts';
import type { BlobStore } from '../../ports/blob-store.ts';
import type { ImageSource, ResolvedImage } from '../../ports/image-source.ts';
import type { Run } from '../../support/run.ts';
import { readPublished } from './fetch-artifact.ts';
import {
  fits,
  noPlatform,
  readChild,
  requirePlatform,
  takeIndex,
  takeManifest,
  type Walk,
} from './image-walk.ts';
import { type ClientSettings, makeClient } from './make-client.ts';
import { ManifestReader } from './manifest-reader.ts';
import type { FetchedManifest } from './registry-client.ts';
import { bad, parseRegistryDocument, type RegistryDocument } from './registry-document.ts';
import { RegistryError } from './registry-error.ts';

/** A registry entry of the ordered list of sources. */
export interface RegistrySourceOptions extends ClientSettings {
  /** How reports call this source; `registry` unless given. */
  readonly name?: string;
  /** Content that was fetched before: what is named by digest is read there, and nothing is contacted for it. */
  readonly held?: BlobStore;
}

/** Images and published packages of registries. @see OCI distribution-spec 1.1 */
export class RegistrySource implements ImageSource, ArtifactSource {
  readonly name: string;
  private readonly options: RegistrySourceOptions;
  private reader: Promise<ManifestReader> | undefined;

  constructor(options: RegistrySourceOptions) {
    this.name = options.name ?? 'registry';
    this.options = options;
  }

  /**
   * Finds an image; a multi-arch index is narrowed to the platform (variants are not compared),
   * unless the reference names the index itself by digest: then it is kept whole.
   * @returns undefined when the registry does not have it, or its host is not one of this source's
   * @throws RegistryError, RegistryContentError all codes; OciError OCI_REFERENCE_INVALID
   */
  async resolve(
    reference: string,
    platform: Platform,
    run: Run,
  ): Promise<ResolvedImage | undefined> {
    const at = normalizeReference(reference);
    const { normalized } = at;
    const reader = await this.connect();
    const fetched = await this.asked(run, () =>
      reader.manifest(at, at.digest ?? at.tag ?? 'latest', run),
    );
    if (fetched === undefined) return undefined;
    const document = parseRegistryDocument(fetched, normalized);
    const walk: Walk = { reader, at, platform, subject: normalized, blobs: new Map(), run };
    const source = `${this.name} ${reader.client.endpoint(at).name}`;
    const found = { reference, normalized, source, remote: true as const };
    const root = descriptorOf(fetched, document);
    if (document.kind === 'manifest') {
      takeManifest(walk, root, fetched, document);
      await requirePlatform(walk, document);
      return { ...found, root, blobs: [...walk.blobs.values()] };
    }
    const chosen = document.manifests.find((child) => fits(child.platform, platform));
    if (chosen === undefined) throw noPlatform(normalized, platform, document.manifests);
    if (at.digest !== undefined) {
      await takeIndex(walk, root, fetched, document);
      return { ...found, root, blobs: [...walk.blobs.values()] };
    }
    const narrowed = await takeNarrowed(walk, chosen);
    return {
      ...found,
      root: narrowed,
      indexDigest: fetched.digest,
      blobs: [...walk.blobs.values()],
    };
  }

  /** As `ArtifactSource`. @throws RegistryError, RegistryContentError all codes; OciError OCI_REFERENCE_INVALID */
  async fetchArtifact(
    reference: string,
    { architecture }: { readonly architecture: string },
    run: Run,
  ): Promise<PublishedArtifact | undefined> {
    const at = normalizeReference(reference);
    const reader = await this.connect();
    const tagOrDigest = at.digest ?? at.tag ?? 'latest';
    const fetched = await this.asked(run, () => reader.manifest(at, tagOrDigest, run));
    return fetched === undefined
      ? undefined
      : readPublished(reader, at, fetched, architecture, run);
  }

  /** undefined when another source should be asked: not there, or a host that is not ours to ask. */
  private async asked<T>(run: Run, question: () => Promise<T>): Promise<T | undefined> {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      if (error.code === 'REGISTRY_HOST_REFUSED') {
        run.onProgress?.({ kind: 'note', message: `${this.name}: ${error.message}` });
        return undefined;
      }
      if (error.code === 'REGISTRY_NOT_FOUND') return undefined;
      throw error;
    }
  }

  /** Made on first use. @throws RegistryError REGISTRY_TLS when the CA file cannot be read */
  private async connect(): Promise<ManifestReader> {
    const { held, name: _, ...settings } = this.options;
    this.reader ??= makeClient(settings).then((client) => new ManifestReader(client, held));
    return this.reader;
  }
}

async function takeNarrowed(walk: Walk, chosen: Descriptor): Promise<Descriptor> {
  const { fetched, document } = await readChild(walk, chosen);
  const { os, architecture } = walk.platform;
  if (document.kind !== 'manifest')
    throw bad(walk.subject, `its entry for ${os}/${architecture} is another index`);
  const { platform } = chosen;
  const root = {
    ...descriptorOf(fetched, document),
    ...(platform === undefined ? {} : { platform }),
  };
  takeManifest(walk, root, fetched, document);
  await requirePlatform(walk, document);
  return root;
}

function descriptorOf(
  { bytes, digest }: FetchedManifest,
  { mediaType }: RegistryDocument,
): Descriptor {
  return { mediaType, digest, size: bytes.byteLength };
}
