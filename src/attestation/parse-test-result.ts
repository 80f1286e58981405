import { type Digest, digestFromHex, isDigest } from '../oci/digest.ts';
import { object, objects, text } from '../support/lenient-json.ts';
import { StatementError } from './attestation-error.ts';
import { type TestResult, testResultOf } from './read-test-result.ts';
import { testResultType } from './render-test-result.ts';
import { parseStatement } from './statement.ts';

/** What a verified statement says of a run of tests. */
export interface TestStatement {
  /** Digests of what was tested. */
  readonly subjects: readonly Digest[];
  readonly result: TestResult;
  /** Files the result was read from, as they lie beside the statement. */
  readonly files: readonly { readonly name: string; readonly digest: Digest }[];
}

/**
 * Reads the verified payload of a test-result statement of anybody.
 * @throws StatementError STATEMENT_* ; STATEMENT_PREDICATE for a statement of another kind, STATEMENT_RESULT for what is no result
 * @see in-toto attestation, test-result v0.1
 */
export function parseTestResult(payload: Uint8Array): TestStatement {
  const { predicate, predicateType, subjects } = parseStatement(payload, { allowOldType: true });
  if (predicateType !== testResultType)
    throw new StatementError(
      'STATEMENT_PREDICATE',
      `expected results of tests (${testResultType}), found ${predicateType}`,
    );
  return {
    subjects: subjects.map(({ digest: { sha256 } }) => digestFromHex(sha256)),
    result: testResultOf(predicate, 'the statement'),
    files: objects(predicate['configuration']).flatMap((each) => {
      const name = text(each['name']);
      const digest = `sha256:${text(object(each['digest'])['sha256'])}`;
      // What lies elsewhere is nobody's to compare here.
      return isDigest(digest) && isFileName(name) ? [{ name, digest }] : [];
    }),
  };
}

function isFileName(name: string): boolean {
  return /^[^/\\]+$/.test(name) && name !== '.' && name !== '..';
}
