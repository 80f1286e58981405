import { type Digest, hexOf } from '../oci/digest.ts';
import { parseStatement, statementType } from './statement.ts';

/** Predicate type of a statement that names documents about its subject. @see in-toto attestation, reference v0.1 */
export const referenceType = 'https://in-toto.io/attestation/reference/v0.1';

/** A document that lies beside what it is about. */
export interface ReferencedDocument {
  /** File name. */
  readonly name: string;
  readonly digest: Digest;
  readonly mediaType: string;
  /** What of the subject it is about: an image, the files of a component. */
  readonly about?: { readonly name: string; readonly digest: Digest };
}

/** Documents about some things. */
interface DocumentReferences {
  readonly subjects: readonly { readonly name: string; readonly digest: Digest }[];
  /** URI of who says so. */
  readonly attester: string;
  readonly documents: readonly ReferencedDocument[];
}

/**
 * The statement that binds documents to what they are about as JSON text, sorted by name: documents may be large,
 * and are named by digest instead of being repeated.
 * @throws StatementError STATEMENT_* when what is to be signed could not be read back
 */
export function renderReferences({ subjects, attester, documents }: DocumentReferences): string {
  const sorted = documents.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const text = JSON.stringify({
    _type: statementType,
    subject: subjects.map(({ name, digest }) => ({ name, digest: { sha256: hexOf(digest) } })),
    predicateType: referenceType,
    predicate: {
      attester: { id: attester },
      references: sorted.map(({ name, digest, mediaType, about }) => ({
        name,
        digest: { sha256: hexOf(digest) },
        // Relative: it lies beside the statement, wherever both are.
        downloadLocation: encodeURIComponent(name),
        mediaType,
        ...(about === undefined
          ? {}
          : { annotations: { about: about.name, digest: about.digest } }),
      })),
    },
  });
  parseStatement(Buffer.from(text), { allowOldType: false });
  return text;
}
