import type { Digest } from '../oci/digest.ts';
import type { Run } from '../support/run.ts';
import type { BlobSource } from './blob-store.ts';

/** How a content came to be in a repository. */
export type BlobArrival =
  | 'there' // it was there already
  | 'mounted' // the registry had it in another repository
  | 'uploaded';

/** A manifest or index as bytes. */
export interface PushedDocument {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}

/** A registry that content is pushed to. Every method logs in and tries again where that helps. */
export interface RegistryTarget {
  /** Host with its port, as it is contacted. */
  readonly host: string;
  /** What stands before repositories pushed to it; `''` for nothing. */
  readonly prefix: string;
  /**
   * Asks who answers, before anything is sent.
   * @throws errors of the registry: nobody answers, or what answers is no registry; what answered is shown
   */
  preflight(run: Run): Promise<void>;
  /** What stands at a tag or digest; undefined where nothing does. */
  find(repository: string, tagOrDigest: string, run: Run): Promise<Digest | undefined>;
  /** The document at a tag or digest; undefined where nothing stands. */
  read(repository: string, tagOrDigest: string, run: Run): Promise<PushedDocument | undefined>;
  /**
   * Brings a content into a repository; a broken upload goes on where it broke.
   * @param others repositories of this registry that hold it: it is taken over from there where the registry can
   * @throws errors of the registry and of the source; REGISTRY_DIGEST when the registry received something else
   */
  pushBlob(
    repository: string,
    blob: BlobSource,
    others: readonly string[],
    run: Run,
  ): Promise<BlobArrival>;
  /**
   * Puts a document, and reads it back.
   * @param tag by digest alone without
   * @returns what the registry lists as its subject, where it keeps such lists itself
   * @throws errors of the registry; REGISTRY_DIGEST when another document stands there then
   */
  pushDocument(
    repository: string,
    document: PushedDocument,
    tag: string | undefined,
    run: Run,
  ): Promise<{ readonly subject: Digest | undefined }>;
}
