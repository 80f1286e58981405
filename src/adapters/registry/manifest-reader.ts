import { type Digest, isDigest } from '../../oci/digest.ts';
import { OciError } from '../../oci/oci-error.ts';
import { readObject } from '../../oci/read-members.ts';
import type { BlobSource, BlobStore } from '../../ports/blob-store.ts';
import { BlobStoreError } from '../../ports/storage-error.ts';
import type { Run } from '../../support/run.ts';
import type { FetchedManifest, RegistryClient } from './registry-client.ts';
import type { Repository } from './registry-connection.ts';

const maxManifestBytes = 4 << 20;

/**
 * Reads manifests and small blobs, from the store where it holds them by digest, else from the
 * registry: what is named by digest is the same wherever it lies, so that nothing is contacted for a
 * locked image that was pulled before.
 */
export class ManifestReader {
  readonly client: RegistryClient;
  readonly #held: BlobStore | undefined;

  constructor(client: RegistryClient, held: BlobStore | undefined) {
    this.client = client;
    this.#held = held;
  }

  /** @throws RegistryError, RegistryContentError as the client; also for hosts that may not be contacted */
  async manifest(at: Repository, tagOrDigest: string, run: Run): Promise<FetchedManifest> {
    // Asked first: what may not be contacted is not answered for from the store either.
    this.client.endpoint(at);
    const held = isDigest(tagOrDigest) ? await this.#heldManifest(tagOrDigest, run) : undefined;
    return held ?? (await this.client.manifest(at, tagOrDigest, run));
  }

  /** A blob that opens from the registry. */
  remote(
    at: Repository,
    { digest, size }: { readonly digest: Digest; readonly size: number },
  ): BlobSource {
    const { client } = this;
    return {
      digest,
      size,
      open: (run) => client.blob(at, { digest, size }, run),
      openUnchecked: (run) => client.blobUnchecked(at, { digest, size }, run),
      openAt: (offset, run) => client.blobUnchecked(at, { digest, size }, run, offset),
      otherContent: (cause) => client.otherContent(at, cause),
    };
  }

  /** The whole content of a small blob. */
  async small(
    at: Repository,
    blob: { readonly digest: Digest; readonly size: number },
    run: Run,
  ): Promise<Uint8Array> {
    const held = await this.#heldBytes(blob.digest, blob.size, run);
    return held ?? Buffer.concat(await Array.fromAsync(this.client.blob(at, blob, run)));
  }

  async #heldManifest(digest: Digest, run: Run): Promise<FetchedManifest | undefined> {
    const bytes = await this.#heldBytes(digest, undefined, run);
    if (bytes === undefined) return undefined;
    try {
      // Without a media type of its own only the registry knows what it is.
      const { mediaType } = readObject(bytes, digest);
      return typeof mediaType === 'string' ? { bytes, digest, contentType: '' } : undefined;
    } catch (error) {
      if (error instanceof OciError) return undefined;
      throw error;
    }
  }

  async #heldBytes(
    digest: Digest,
    size: number | undefined,
    run: Run,
  ): Promise<Uint8Array | undefined> {
    const found = await this.#held?.find(digest);
    if (this.#held === undefined || found === undefined || found > maxManifestBytes)
      return undefined;
    if (size !== undefined && size !== found) return undefined;
    try {
      return Buffer.concat(await Array.fromAsync(this.#held.open(digest, run)));
    } catch (error) {
      // Damaged or gone meanwhile: the registry has it whole.
      if (error instanceof OciError || error instanceof BlobStoreError) return undefined;
      throw error;
    }
  }
}
