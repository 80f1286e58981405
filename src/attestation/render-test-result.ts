import { type Digest, hexOf } from '../oci/digest.ts';
import type { TestResult } from './read-test-result.ts';
import { parseStatement, statementType } from './statement.ts';

/** Predicate type of results of tests. @see in-toto attestation, test-result v0.1 */
export const testResultType = 'https://in-toto.io/attestation/test-result/v0.1';

/**
 * The statement that something was tested, as JSON text.
 * @param document file the result was read from, which lies beside the statement
 * @throws StatementError STATEMENT_* when what is to be signed could not be read back
 * @see in-toto attestation, test-result v0.1
 */
export function renderTestResult(
  subjects: readonly { readonly name: string; readonly digest: Digest }[],
  result: TestResult,
  document: { readonly name: string; readonly digest: Digest; readonly mediaType: string },
): string {
  const { name, digest, mediaType } = document;
  const text = JSON.stringify({
    _type: statementType,
    subject: subjects.map((each) => ({ name: each.name, digest: { sha256: hexOf(each.digest) } })),
    predicateType: testResultType,
    predicate: {
      result: result.result,
      configuration: [
        {
          name,
          digest: { sha256: hexOf(digest) },
          downloadLocation: encodeURIComponent(name),
          mediaType,
        },
      ],
      passedTests: result.passedTests,
      warnedTests: result.warnedTests,
      failedTests: result.failedTests,
    },
  });
  parseStatement(Buffer.from(text), { allowOldType: false });
  return text;
}
