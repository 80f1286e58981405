import { type Digest, digestFromHex } from '../oci/digest.ts';
import { listOf, predicateFault } from './predicate-members.ts';
import { referenceType } from './render-references.ts';
import { parseStatement } from './statement.ts';

/** What a statement says lies beside its subjects. */
export interface ReadReferences {
  /** SHA-256 of what it is about. */
  readonly subjects: readonly Digest[];
  readonly files: readonly { readonly name: string; readonly digest: Digest }[];
}

const maxReferences = 10_000;
const maxNameLength = 1024;

/**
 * Reads a statement that names documents by digest. What it says besides is for others.
 * @throws StatementError STATEMENT_*: it is none of this kind, or names what is no file of one folder
 * @see in-toto attestation, reference v0.1
 */
export function parseReferences(payload: Uint8Array): ReadReferences {
  const { predicateType, predicate, subjects } = parseStatement(payload, { allowOldType: false });
  if (predicateType !== referenceType)
    throw predicateFault(`it is a statement of another kind: ${predicateType.slice(0, 200)}`);
  const references = listOf(predicate['references'], 'references', maxReferences);
  const files = references.map((each) => {
    const { name, digest }: Record<string, unknown> = Object(each);
    const { sha256 }: Record<string, unknown> = Object(digest);
    if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))
      throw predicateFault('a reference has no sha256 of 64 hex digits');
    if (typeof name !== 'string' || !isFileName(name))
      throw predicateFault(
        `a reference names ${JSON.stringify(String(name).slice(0, 100))}, which is no file beside it`,
      );
    return { name, digest: digestFromHex(sha256) };
  });
  if (new Set(files.map(({ name }) => name)).size !== files.length)
    throw predicateFault('two references have one name');
  return { subjects: subjects.map(({ digest }) => digestFromHex(digest.sha256)), files };
}

/** It leads nowhere else, on any system. */
function isFileName(name: string): boolean {
  return (
    name.length <= maxNameLength && !/[/\\\0]/.test(name) && !['', '.', '..', '-'].includes(name)
  );
}
