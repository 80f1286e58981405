import type { TestResultStatement } from '../checks/provenance-facts.ts';
import type { DossierTestResult } from '../report/dossier/dossier.ts';
import { compareText } from './dossier-order.ts';
import type { ArchiveContents } from './gather-dossier-contents.ts';
import { documentOf } from './gather-dossier-origin.ts';
import type { RecordedInput } from './record-inputs.ts';

/** Names of failed tests that are told. */
const maxNames = 50;

/** What statements say of tests of the archives, each once for all archives it is about; scans are told elsewhere. */
export function testResultsOf(
  seen: readonly Pick<ArchiveContents, 'archive' | 'testResults'>[],
  inputs: readonly RecordedInput[],
): readonly DossierTestResult[] {
  const found = new Map<string, DossierTestResult>();
  for (const { archive, testResults } of seen)
    for (const each of testResults) {
      if (each.state === 'believed' && each.result === undefined) continue;
      const told = toResult(each, inputs);
      const key = JSON.stringify(told);
      const archives = [...(found.get(key)?.archives ?? []), archive].sort(compareText);
      found.set(key, { ...told, archives });
    }
  return [...found.values()].sort(
    (a, b) => compareText(a.document.name, b.document.name) || compareText(a.state, b.state),
  );
}

function toResult(each: TestResultStatement, inputs: readonly RecordedInput[]): DossierTestResult {
  const document = documentOf(each.location, inputs);
  const nothing = { archives: [], document, signers: [], files: [] };
  if (each.state !== 'believed')
    return { ...nothing, state: each.state, reason: `${each.reason} (${each.code})` };
  const { about, result, signers, files } = each;
  if (about !== 'this' || result === undefined)
    return {
      ...nothing,
      state: about === 'unknown' ? 'undecided' : 'refused',
      reason:
        about === 'unknown'
          ? 'the digest of the archive could not be told'
          : 'it is about other bytes',
    };
  const { passedTests, warnedTests, failedTests } = result;
  return {
    ...nothing,
    state: 'accepted',
    reason: 'signed by somebody with a role, and about these bytes',
    signers,
    result: result.result,
    counts: {
      passed: passedTests.length,
      warned: warnedTests.length,
      failed: failedTests.length,
    },
    failedTests: failedTests.slice(0, maxNames),
    files: files.map(({ name, digest }) => ({ name, digest })),
  };
}
