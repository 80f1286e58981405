import type { Digest } from '../oci/digest.ts';
import type { Run } from '../support/run.ts';
import type { PublishedArtifact } from './artifact-source.ts';
import type { BlobSource } from './blob-store.ts';

/** A document exactly as it is served. */
export interface PublishedDocument {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

/** What a reference in a registry turned out to be. Contents are read when they are opened. */
export type Published =
  | ({ readonly kind: 'package' } & PublishedArtifact)
  | {
      readonly kind: 'legacy-bundle';
      readonly root: PublishedDocument;
      readonly config: BlobSource;
      readonly definition: BlobSource;
      readonly packages: readonly PublishedMember[];
    }
  | {
      readonly kind: 'next-bundle';
      /** What becomes `oci/index.json`: the signed bytes. */
      readonly index: PublishedDocument;
      /** Its entries and everything below them, each once. */
      readonly documents: readonly PublishedDocument[];
      readonly blobs: readonly BlobSource[];
      /** What becomes `uds.bundle.sig`; undefined where nobody signed it. */
      readonly signature: BlobSource | undefined;
    };

/** A package of a legacy bundle. */
export interface PublishedMember {
  readonly manifest: PublishedDocument;
  readonly config: BlobSource | undefined;
  /** By title; undefined where a layer has none. */
  readonly files: readonly { readonly path: string | undefined; readonly blob: BlobSource }[];
}

/** Where published packages and bundles come from. */
export interface PublishedSource {
  /**
   * Finds what is published under a tag, narrowed to the architecture, or by digest.
   * @throws errors of the source, and OciError OCI_REFERENCE_INVALID
   */
  fetchPublished(
    reference: string,
    wanted: { readonly architecture: string },
    run: Run,
  ): Promise<Published>;
}
