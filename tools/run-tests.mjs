// Runs the default and the end-to-end tests and closes with one line that counts both.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'cowa-tests-'));
/** Names of what was skipped; a suite's name says why. */
const skipped = new Set();
const reasonOf = (test) =>
  test.ancestorTitles.find((title) => title.includes('(skipped')) ?? test.fullName;
/** Said again at the end: the log of a run is long, and often only its end is kept. */
const failures = [];
const total = { passed: 0, failed: 0, skipped: 0 };
let broken = false;
for (const config of ['vitest.config.ts', 'vitest.e2e.config.ts', 'vitest.browser.config.ts']) {
  const file = join(folder, `${config}.json`);
  const args = [
    'run',
    '--config',
    config,
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${file}`,
    '--passWithNoTests',
  ];
  const { status } = spawnSync('vitest', args, {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    // A colour for each dot makes a log ten times as long, and nobody sees it.
    env: process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1' },
  });
  if (status !== 0) broken = true;
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests;
    total.skipped += report.numPendingTests + report.numTodoTests;
    for (const suite of report.testResults)
      for (const test of suite.assertionResults)
        if (test.status === 'failed')
          failures.push(
            `${relative('.', suite.name)} > ${test.fullName}\n${test.failureMessages[0]}`,
          );
        else if (test.status !== 'passed') skipped.add(reasonOf(test));
    // A file that does not even load counts as one failure.
    for (const suite of report.testResults)
      if (suite.status === 'failed' && suite.assertionResults.length === 0) {
        total.failed += 1;
        failures.push(`${relative('.', suite.name)}\n${suite.message}`);
      }
  } catch {
    total.failed += 1;
    failures.push(`${config}: no report was written`);
  }
}
rmSync(folder, { recursive: true, force: true });
if (broken && total.failed === 0) {
  total.failed = 1;
  failures.push('no test failed, and yet the run did: the log above says why');
}
for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
for (const text of failures) process.stdout.write(`failed: ${text.slice(0, 2_000)}\n`);
const closing = `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`;
if (process.env.COWA_TEST_SUMMARY) writeFileSync(process.env.COWA_TEST_SUMMARY, closing);
process.stdout.write(`\n${closing}`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
