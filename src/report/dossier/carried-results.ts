import type { DossierTestResult } from './dossier.ts';
import type { DossierCheck, DossierCriterion } from './dossier-judgement.ts';

/** The check of results that travel along. */
export const testsCheck = 'provenance/tests';

/** What statements of test results come to: never better than the worst of them, nor than what is said of every archive. */
export function tests({
  testResults,
  archives,
  checks,
}: {
  readonly testResults: readonly DossierTestResult[];
  /** Names of what was judged. */
  readonly archives: readonly string[];
  readonly checks: readonly DossierCheck[];
}): DossierCriterion {
  const believed = testResults.filter(({ state }) => state === 'accepted');
  const failed = believed.filter(({ result }) => result === 'FAILED');
  // A result that names no test that passed shows nothing, whatever it is called.
  const warned = believed.filter(
    ({ result, counts }) =>
      result === 'WARNED' || (counts?.warned ?? 0) > 0 || (counts?.passed ?? 0) === 0,
  );
  const silent = archives.filter((name) => !believed.some((each) => each.archives.includes(name)));
  const criterion = {
    id: 'tests',
    short: 'tests of the software',
    title: 'The software was tested, and the results are signed',
    evidence: believed.map(resultWords).join('; ') || 'none',
    checks: [...new Set(checks.filter(({ id }) => id === testsCheck).map(({ id }) => id))],
  };
  if (failed.length > 0)
    return { ...criterion, status: 'not-met', caveat: `${failed.map(resultWords).join('; ')}` };
  const [doubted] = testResults;
  if (believed.length === 0)
    return {
      ...criterion,
      status: 'caveat',
      caveat:
        doubted === undefined
          ? 'not looked at: no signed test results lay with it, and this program runs nothing that was delivered'
          : `not looked at: ${doubted.document.name}: ${doubted.reason}`,
    };
  const caveats = [
    ...warned.map(resultWords),
    ...(silent.length === 0 ? [] : [`nobody says so of ${silent.join(', ')}`]),
  ];
  return {
    ...criterion,
    status: caveats.length === 0 ? 'met' : 'caveat',
    caveat: caveats.join('; '),
  };
}

/** A result in words: `result-unit.intoto.jsonl: PASSED, 12 passed, 0 failed`. */
function resultWords({ document, result, counts }: DossierTestResult): string {
  const { passed = 0, warned = 0, failed = 0 } = counts ?? {};
  const left = warned === 0 ? '' : `, ${warned} left out or warned`;
  return `${document.name}: ${result ?? 'not read'}, ${passed} passed${left}, ${failed} failed`;
}

/** Names of what scanners wrote among the files of a release. */
export function carriedScans(files: readonly string[]): readonly string[] {
  return files.filter((name) => scanEnd.test(name));
}

const scanEnd = /^result-.*\.(?:grype\.json|sarif|sarif\.json)$/;
