import type { Digest } from '../oci/digest.ts';
import type { Run } from '../support/run.ts';
import type { BlobSource } from './blob-store.ts';

/** A published Zarf package: an OCI manifest whose layers are the files of the package. */
export interface PublishedArtifact {
  /** The manifest of one architecture, exactly as published. */
  readonly manifest: { readonly bytes: Uint8Array; readonly digest: Digest };
  readonly config: BlobSource & { readonly mediaType: string };
  /** One per layer, in the order of the manifest; `path` is the layer's title, a plain relative path. */
  readonly files: readonly ArtifactFile[];
}

export interface ArtifactFile {
  readonly path: string;
  readonly blob: BlobSource;
}

/** Where published packages come from. */
export interface ArtifactSource {
  readonly name: string;
  /**
   * Finds a published package by tag (narrowed to the architecture, `os` is `multi` there) or digest.
   * Contents are read when they are opened.
   * @returns undefined when the source does not hold it
   * @throws errors of the source, and OciError OCI_REFERENCE_INVALID
   */
  fetchArtifact(
    reference: string,
    wanted: { readonly architecture: string },
    run: Run,
  ): Promise<PublishedArtifact | undefined>;
}
