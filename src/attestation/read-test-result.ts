import { parseJsonStrict } from '../support/json-document.ts';
import { StatementError } from './attestation-error.ts';

/** What a run of tests came to, by names of tests. @see in-toto attestation, test-result v0.1 */
export interface TestResult {
  readonly result: 'PASSED' | 'WARNED' | 'FAILED';
  readonly passedTests: readonly string[];
  /** Skipped ones among them: nobody saw them pass. */
  readonly warnedTests: readonly string[];
  readonly failedTests: readonly string[];
}

/** What a result file is, and what it says. */
export type ReadResult =
  | { readonly kind: 'tests'; readonly mediaType: string; readonly result: TestResult }
  /** Of a scanner: carried by its digest, for whoever judges vulnerabilities. */
  | { readonly kind: 'scan'; readonly mediaType: string };

const maxBytes = 16 * 2 ** 20;
const maxTests = 20_000;
const maxNameLength = 500;

/**
 * Tells what a result file is: JUnit XML, a test-result predicate as JSON, or a scan as SARIF or of grype.
 * @throws StatementError STATEMENT_RESULT
 */
export function readTestResult(bytes: Uint8Array, what: string): ReadResult {
  if (bytes.byteLength > maxBytes)
    throw fault(what, `it has ${bytes.byteLength} bytes, at most ${maxBytes} are read`);
  const text = Buffer.from(bytes).toString('utf8').trimStart();
  if (text.startsWith('<'))
    return { kind: 'tests', mediaType: 'application/xml', result: ofJunit(text, what) };
  const { value, problem } = parseJsonStrict(bytes, { maxBytes, maxDepth: 64 });
  if (problem !== undefined) throw fault(what, `it is neither XML nor JSON: ${problem.message}`);
  const document: Readonly<Record<string, unknown>> = Object(value);
  if (Array.isArray(document['runs']) && document['version'] === '2.1.0')
    return { kind: 'scan', mediaType: 'application/sarif+json' };
  if (Array.isArray(document['matches']) && document['descriptor'] !== undefined)
    return { kind: 'scan', mediaType: 'application/vnd.grype+json' };
  return { kind: 'tests', mediaType: 'application/json', result: testResultOf(document, what) };
}

/**
 * A result, as the predicate has it.
 * @throws StatementError STATEMENT_RESULT
 */
export function testResultOf(
  document: Readonly<Record<string, unknown>>,
  what: string,
): TestResult {
  const { result } = document;
  if (result !== 'PASSED' && result !== 'WARNED' && result !== 'FAILED')
    throw fault(what, 'it is no JUnit XML, SARIF, result of grype, nor has it a result');
  const namesIn = (member: string): readonly string[] => {
    const list = document[member] ?? [];
    const isNames = (each: unknown): each is string => typeof each === 'string';
    if (!Array.isArray(list) || !list.every(isNames))
      throw fault(what, `${member} must be a list of names`);
    return list;
  };
  const failedTests = namesIn('failedTests');
  if (result !== 'FAILED' && failedTests.length > 0)
    throw fault(what, `it says ${result} and names tests that failed`);
  return {
    result,
    passedTests: namesIn('passedTests'),
    warnedTests: namesIn('warnedTests'),
    failedTests,
  };
}

const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(?<end>\/?)(?<name>[\w:.-]+)(?<attributes>(?:"[^"]*"|'[^']*'|[^"'>])*)>/g;

/**
 * Test cases of any suite; what is not said to have failed or been left out has passed. Suites that count
 * failures and show none are refused.
 */
function ofJunit(text: string, what: string): TestResult {
  if (text.includes('<!DOCTYPE') || text.includes('<!ENTITY'))
    throw fault(what, 'it declares a document type, which results have none of');
  const found: Record<'passed' | 'warned' | 'failed', string[]> = {
    passed: [],
    warned: [],
    failed: [],
  };
  let open: string | undefined;
  let state: keyof typeof found = 'passed';
  let suites = 0;
  let claimed = 0;
  const close = (): void => {
    if (open !== undefined) found[state].push(open);
    open = undefined;
    state = 'passed';
  };
  for (const { groups } of text.matchAll(token)) {
    const { end, name, attributes = '' } = groups ?? {};
    if (name === 'testsuite' || name === 'testsuites') {
      suites += 1;
      claimed = Math.max(claimed, countOf(attributes, 'failures') + countOf(attributes, 'errors'));
    }
    if (name === 'testcase') {
      close();
      if (end === '/') continue;
      open = nameOf(attributes);
      // GoogleTest has no element for tests that are switched off.
      if (attributeOf(attributes, 'status') === 'notrun') state = 'warned';
      if (attributes.endsWith('/')) close();
    } else if (open !== undefined && (name === 'failure' || name === 'error')) state = 'failed';
    else if (end !== '/' && (name === 'failure' || name === 'error'))
      found.failed.push('outside of any test');
    else if (open !== undefined && name === 'skipped' && state === 'passed') state = 'warned';
  }
  if (open !== undefined) throw fault(what, 'it ends within a test');
  const { passed, warned, failed } = found;
  if (suites === 0 || passed.length + warned.length + failed.length > maxTests)
    throw fault(what, `it holds no suite of tests, or more than ${maxTests} of them`);
  if (passed.length + warned.length + failed.length === 0) throw fault(what, 'it holds no test');
  if (claimed > 0 && failed.length === 0)
    throw fault(what, `it counts ${claimed} failures and shows none of them`);
  return {
    result: failed.length > 0 ? 'FAILED' : warned.length > 0 ? 'WARNED' : 'PASSED',
    passedTests: passed.sort(),
    warnedTests: warned.sort(),
    failedTests: failed.sort(),
  };
}

function attributeOf(attributes: string, name: string): string {
  const [, double, single] =
    new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes) ?? [];
  return decoded(double ?? single ?? '');
}

function countOf(attributes: string, name: string): number {
  const count = Number(attributeOf(attributes, name));
  return Number.isSafeInteger(count) ? count : 0;
}

function nameOf(attributes: string): string {
  const [suite, test] = [attributeOf(attributes, 'classname'), attributeOf(attributes, 'name')];
  const name = suite === '' ? test : `${suite} > ${test}`;
  return (name === '' ? 'a test without a name' : name).slice(0, maxNameLength);
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (_all, name: string) => entities[name] ?? '');
}

function fault(what: string, message: string): StatementError {
  return new StatementError('STATEMENT_RESULT', `${what} cannot be attached: ${message}`, {
    suggestions: [
      'Give JUnit XML, SARIF, JSON of grype, or {"result": "PASSED", "passedTests": [...]}',
    ],
  });
}
