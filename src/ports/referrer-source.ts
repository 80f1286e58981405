import { InputError } from '../errors/families.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { Run } from '../support/run.ts';
import type { BlobSource } from './blob-store.ts';
import type { PublishedDocument } from './published-source.ts';

/** What a registry says is about something cannot be taken: whoever writes to it acts. */
export class ReferrerError extends InputError<
  | 'REFERRERS_LIST' // pages in a circle, or leading to another host
  | 'REFERRERS_LIMIT' // more, or larger, than is taken
  | 'REFERRERS_SUBJECT' // a manifest in the list of one subject is about another
> {}

/** Entries of one list that are read, over all its pages. */
export const maxListedReferrers = 1000;
/** Contents of one artifact. */
export const maxReferrerLayers = 64;
/** Bytes of one content of an artifact. */
export const maxReferrerBytes = 256 * 2 ** 20;

/** An artifact that is about something: a signature, a statement, an SBOM. */
export interface Referrer {
  /** Its manifest, with its kind and its annotations. */
  readonly descriptor: Descriptor & { readonly artifactType: string };
  readonly document: PublishedDocument;
  readonly config: Descriptor & BlobSource;
  readonly layers: readonly (Descriptor & BlobSource)[];
}

/** Registries that are asked what they hold about something. */
export interface ReferrerSource {
  /**
   * What is listed about a subject, each once: by the registry itself, or where it keeps no such lists under the
   * tag of the subject. Empty where nothing is.
   * @param reference repository the subject lies in
   * @throws ReferrerError REFERRERS_LIST, REFERRERS_LIMIT; errors of the registry
   * @see OCI distribution-spec 1.1, "Listing Referrers", "Unavailable Referrers API"
   */
  listReferrers(reference: string, subject: Digest, run: Run): Promise<readonly Descriptor[]>;
  /**
   * One of the list, its manifest read and compared; contents are read when they are opened.
   * @throws ReferrerError REFERRERS_SUBJECT, REFERRERS_LIMIT; errors of the registry
   */
  readReferrer(
    reference: string,
    subject: Digest,
    listed: Pick<Descriptor, 'digest' | 'size' | 'mediaType'>,
    run: Run,
  ): Promise<Referrer>;
  /**
   * A manifest at a tag made of the subject's digest, as cosign kept signatures before there were lists:
   * it names no subject. undefined where nothing has the tag.
   * @throws ReferrerError REFERRERS_LIMIT; errors of the registry
   */
  findTagged(reference: string, tag: string, run: Run): Promise<Referrer | undefined>;
  /**
   * The same, by the digest it had.
   * @throws ReferrerError REFERRERS_LIMIT; errors of the registry
   */
  readTagged(
    reference: string,
    listed: Pick<Descriptor, 'digest' | 'size'>,
    run: Run,
  ): Promise<Referrer>;
}
