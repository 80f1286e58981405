import { type ReadResult, readTestResult } from '../attestation/read-test-result.ts';
import { renderReferences } from '../attestation/render-references.ts';
import { renderTestResult } from '../attestation/render-test-result.ts';
import type { Digest } from '../oci/digest.ts';
import { type BlobSource, heldContent } from '../ports/blob-store.ts';
import type { ReleaseAttestation } from './release-attestations.ts';

/** A result of tests or of a scanner that travels with a release. */
export interface AttachedResult {
  /** As the user calls it: `unit`, `grype`. */
  readonly name: string;
  /** Name of the file beside the archives. */
  readonly fileName: string;
  readonly blob: BlobSource;
  readonly read: ReadResult;
}

const endings: Readonly<Record<string, string>> = {
  'application/xml': 'xml',
  'application/json': 'json',
  'application/sarif+json': 'sarif',
  'application/vnd.grype+json': 'grype.json',
};

/** A result file, read. @throws StatementError STATEMENT_RESULT */
export function attachedResult(name: string, bytes: Uint8Array, what: string): AttachedResult {
  const read = readTestResult(bytes, what);
  const fileName = `result-${name}.${endings[read.mediaType] ?? 'json'}`;
  return { name, fileName, blob: heldContent(bytes), read };
}

/** Names of what is written of a result. */
export function resultFileNames({ name, fileName }: AttachedResult): readonly string[] {
  return [fileName, statementName(name)];
}

/** What is said of the archives of a flavor by results: tests by name, scans by the digest of what the scanner wrote. */
export function resultAttestations(
  results: readonly AttachedResult[],
  archives: readonly {
    readonly fileName: string;
    readonly digest: Digest;
    /** In a registry. */
    readonly manifest: Digest;
  }[],
  attester: string,
): readonly ReleaseAttestation[] {
  const subjects = archives
    .flatMap(({ fileName: name, digest, manifest }) => [
      { name, digest },
      { name: `${name}#manifest`, digest: manifest },
    ])
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return results.map(({ name, fileName, blob, read }) => {
    const document = { name: fileName, digest: blob.digest, mediaType: read.mediaType };
    const text =
      read.kind === 'tests'
        ? renderTestResult(subjects, read.result, document)
        : renderReferences({ subjects, attester, documents: [document] });
    return {
      fileName: statementName(name),
      payload: Buffer.from(text),
      about: `the result '${name}'`,
    };
  });
}

function statementName(name: string): string {
  return `result-${name}.intoto.jsonl`;
}
