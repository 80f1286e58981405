import type { DossierRelease } from './dossier.ts';
import type { DossierCriterion } from './dossier-judgement.ts';

/** Statements of test results travel along; what they say is for who demands it in a trust policy. */
export function tests({
  files,
  release,
}: {
  /** Names of files that lie with the archives. */
  readonly files: readonly string[];
  /** Null where no statement is believed: then nobody vouches for these files. */
  readonly release: DossierRelease | null;
}): DossierCriterion {
  const carried = testResults(files);
  return {
    id: 'tests',
    short: 'tests of the software',
    title: 'The software was tested, and the results are signed',
    status: 'caveat',
    evidence: carried.length === 0 || release === null ? 'none' : carried.join(', '),
    checks: [],
    caveat:
      carried.length === 0
        ? 'not looked at: no signed test results lay with it, and this program runs nothing that was delivered'
        : release === null
          ? `not looked at: ${carried.join(', ')} lies with it, and no release statement that is believed vouches for it`
          : 'signed results lie with it; this report does not say what they say',
  };
}

/** Names of statements about results of tests among the files of a release; what a scanner wrote is no test. */
export function testResults(files: readonly string[]): readonly string[] {
  const scans = carriedScans(files).map(nameOf);
  return files.filter(
    (name) => /^result-.*\.intoto\.jsonl$/.test(name) && !scans.includes(nameOf(name)),
  );
}

/** Names of what scanners wrote among the files of a release. */
export function carriedScans(files: readonly string[]): readonly string[] {
  return files.filter((name) => scanEnd.test(name));
}

const scanEnd = /^result-.*\.(?:grype\.json|sarif|sarif\.json)$/;

/** `result-unit` of `result-unit.xml` and of the statement beside it. */
function nameOf(file: string): string {
  return file.replace(/\.(?:grype\.json|sarif\.json|sarif|intoto\.jsonl)$/, '');
}
