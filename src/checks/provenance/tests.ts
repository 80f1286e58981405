import { defineCheck, type Result } from '../check.ts';
import { theStatement, unbelieved } from '../each-provenance.ts';
import type { TestResultStatement } from '../provenance-facts.ts';
import { fail, notApplicable, pass, theArchive, undecided } from '../results.ts';

export const provenanceTests = defineCheck({
  id: 'provenance/tests',
  title: 'Results of tests that travel along are signed, about these bytes, and good',
  area: 'provenance',
  severity: 'error',
  needs: ['identity', 'provenance'],
  help: {
    why: 'Somebody will rely on the words "it was tested". They are worth what the signature, the tested bytes and the result are worth.',
    fix: 'Ask the producer for results of exactly this release: assemble --attach-result <name>=<file>',
    source: 'in-toto attestation, test-result v0.1; NIST SP 800-218, PW.8',
  },
  codes: {
    TESTS_FAILED: {
      why: 'Whoever signed the release says himself that tests of it failed.',
      fix: 'Ask the producer for a release whose tests pass, or for the reason why it was made all the same',
    },
    TESTS_WARNED: {
      why: 'Tests that were left out, or ended with a warning, show nothing.',
      fix: 'Ask the producer why these tests were left out',
    },
    TESTS_OTHER: {
      why: 'Results of other bytes say nothing of these.',
      fix: 'Ask the producer for the results of exactly this archive',
    },
    TESTS_FILE: {
      why: 'The statement names the file the result was read from; without it, or with another, nobody can look the tests up.',
      fix: 'Bring the release over again as a whole',
    },
    TESTS_REFUSED: {
      why: 'What nobody trusted signed says nothing, and whoever put it there wanted it to be believed.',
      fix: 'Take the file away, or have the result signed by somebody whom the trust policy names',
    },
  },
  *evaluate({ identity, provenance }) {
    const { testResults = [] } = provenance ?? {};
    if (testResults.length === 0)
      yield notApplicable(theArchive(identity), 'no results of tests lie with it');
    for (const each of testResults) yield* judged(each);
  },
});

function* judged(each: TestResultStatement): Generator<Result> {
  const subject = theStatement(each);
  const mild = { severity: 'warning' } as const;
  if (each.state !== 'believed') {
    yield unbelieved(each, { code: 'TESTS_REFUSED', ...mild });
    return;
  }
  const { about, result, files, signers } = each;
  if (about === 'unknown') {
    yield undecided(subject, 'the digest of the archive could not be told', 'TESTS_NO_DIGEST');
    return;
  }
  if (about === 'another') {
    yield fail(subject, 'it is about other bytes than these', { code: 'TESTS_OTHER', ...mild });
    return;
  }
  for (const file of files) {
    if (file.state === 'missing')
      yield fail(subject, `${file.name}, which it names, is missing`, {
        code: 'TESTS_FILE',
        ...mild,
      });
    else if (file.state === 'other')
      yield fail(subject, `${file.name} is ${file.found}, and it names ${file.digest}`, {
        code: 'TESTS_FILE',
      });
    else if (file.state === 'unread')
      yield undecided(subject, `${file.name}: ${file.reason}`, 'TESTS_FILE_UNREAD');
  }
  const who = signers.join(', ');
  if (result === undefined) {
    yield pass(subject, `${who} vouches for what a scanner wrote; what it says is not judged here`);
    return;
  }
  const { passedTests, warnedTests, failedTests } = result;
  const counts = `${passedTests.length} passed, ${warnedTests.length} left out or warned, ${failedTests.length} failed`;
  if (result.result === 'PASSED') yield pass(subject, `${who} says PASSED: ${counts}`);
  else if (result.result === 'WARNED')
    yield fail(subject, `${who} says WARNED: ${counts}${named(warnedTests)}`, {
      code: 'TESTS_WARNED',
      ...mild,
    });
  else
    yield fail(subject, `${who} says FAILED: ${counts}${named(failedTests)}`, {
      code: 'TESTS_FAILED',
    });
}

function named(tests: readonly string[]): string {
  if (tests.length === 0) return '';
  const more = tests.length > 3 ? `, and ${tests.length - 3} more` : '';
  return ` (${tests.slice(0, 3).join(', ')}${more})`;
}
