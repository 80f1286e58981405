import type { Provenance } from '../attestation/provenance.ts';
import { type Digest, hexOf } from '../oci/digest.ts';
import type { ArchiveFacts } from './facts.ts';

/** What provenance is about, compared with the archive it lies with. */
export type ProvenanceSubject =
  | { readonly about: 'these-bytes'; readonly digest: Digest }
  /** Other bytes of the same content: compressed anew on the way. */
  | { readonly about: 'this-content'; readonly root: Digest }
  | { readonly about: 'another'; readonly digest: Digest }
  /** The digest of the archive could not be told. */
  | { readonly about: 'unknown' };

/**
 * Which archive a statement is about, by digest alone.
 * @see in-toto Statement v1, subject
 */
export function subjectOf(
  { subjects }: Pick<Provenance, 'subjects'>,
  { container, packages, bundle }: Pick<ArchiveFacts, 'container' | 'packages' | 'bundle'>,
): ProvenanceSubject {
  const named = new Set(subjects.map(({ digest }) => digest.sha256));
  const { digest } = container;
  const root =
    bundle === undefined
      ? packages[0]?.files.get('zarf.yaml')?.digest
      : // The root of a hybrid leads to one of its halves.
        bundle.format === 'hybrid'
        ? undefined
        : bundle.rootDigest;
  if (digest !== undefined && named.has(hexOf(digest))) return { about: 'these-bytes', digest };
  if (root !== undefined && named.has(hexOf(root))) return { about: 'this-content', root };
  return digest === undefined ? { about: 'unknown' } : { about: 'another', digest };
}

/** What everything rests on that a statement says of an archive. */
export function subjectGround(location: string): string {
  return `the subject of ${location}`;
}
