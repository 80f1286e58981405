import { findFindingCode, nearestFindingCode } from '../checks/find-check.ts';
import { UsageError } from '../errors/families.ts';
import { nearestWord } from '../support/nearest-word.ts';
import { errorCodes } from './error-codes.gen.ts';
import type { CodeExplainResult } from './render-checks.ts';

/** A code was asked for that nothing carries. */
class CodeLookupError extends UsageError<'CODE_UNKNOWN'> {}

/** What a code means, in findings and as an error. @throws CodeLookupError CODE_UNKNOWN */
export function explainCode(code: string): CodeExplainResult {
  const finding = findFindingCode(code);
  const error = errorCodes.find((each) => each.code === code);
  if (finding !== undefined || error !== undefined) {
    return {
      schema: 'cowa-release/code-explain/v1',
      code,
      finding: finding ?? null,
      error: error === undefined ? null : { says: error.says, exitCode: error.exit },
    };
  }
  const near = [
    nearestFindingCode(code),
    nearestWord(
      code,
      errorCodes.map((each) => each.code),
    ),
  ].filter((each) => each !== undefined);
  throw new CodeLookupError('CODE_UNKNOWN', `no finding and no error has the code ${code}`, {
    suggestions: [
      ...[...new Set(near)].map((each) => `Did you mean '${each}'?`),
      'docs/findings.md and docs/errors.md list them all',
    ],
  });
}
