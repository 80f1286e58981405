import { describe, expect, it } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import { readTestResult } from './read-test-result.ts';
import { renderTestResult } from './render-test-result.ts';
import { parseStatement } from './statement.ts';

const read = (text: string) => readTestResult(Buffer.from(text), 'unit.xml');
const suite = (cases: string) =>
  `<?xml version="1.0"?><testsuites><testsuite>${cases}</testsuite></testsuites>`;

describe('readTestResult', () => {
  it('counts what JUnit XML says of each test', () => {
    const text = suite(`
      <!-- <testcase name="no"><failure/></testcase> -->
      <testcase classname="api" name="answers &amp; ends"/>
      <testcase name="fails"><failure message="a > b"><![CDATA[<testcase name="no"/>]]></failure></testcase>
      <testcase name='breaks'><error/></testcase>
      <testcase name="later"><skipped/></testcase>
      <testcase name="last"></testcase>`);
    expect(read(text)).toEqual({
      kind: 'tests',
      mediaType: 'application/xml',
      result: {
        result: 'FAILED',
        passedTests: ['api > answers & ends', 'last'],
        warnedTests: ['later'],
        failedTests: ['breaks', 'fails'],
      },
    });
  });

  it.each([
    ['all pass', '<testcase name="a"/>', 'PASSED'],
    ['one was left out', '<testcase name="a"/><testcase name="b"><skipped/></testcase>', 'WARNED'],
    ['one was switched off', '<testcase name="b" status="notrun"/>', 'WARNED'],
    ['a suite broke before its tests', '<testcase name="a"/><error>no</error>', 'FAILED'],
    ['one failed and was left out', '<testcase name="b"><failure/><skipped/></testcase>', 'FAILED'],
  ])('says what it comes to when %s', (_what, cases, result) => {
    expect(read(suite(cases))).toMatchObject({ result: { result } });
  });

  it('takes a predicate as it is', () => {
    expect(read('{"result":"PASSED","passedTests":["a"]}')).toMatchObject({
      kind: 'tests',
      result: { result: 'PASSED', passedTests: ['a'], failedTests: [] },
    });
  });

  it.each([
    ['{"version":"2.1.0","runs":[]}', 'application/sarif+json'],
    ['{"matches":[],"descriptor":{"name":"grype"}}', 'application/vnd.grype+json'],
  ])('knows the scan %s', (text, mediaType) => {
    expect(read(text)).toEqual({ kind: 'scan', mediaType });
  });

  it.each([
    ['neither XML nor JSON', 'all good'],
    ['JSON without a result', '{"ok":true}'],
    ['another result', '{"result":"OK"}'],
    ['names that are none', '{"result":"PASSED","passedTests":[1]}'],
    ['a pass with failures', '{"result":"PASSED","failedTests":["a"]}'],
    ['XML of something else', '<html><body/></html>'],
    ['a suite without tests', suite('')],
    ['a test that does not end', '<testsuite><testcase name="a">'],
    ['failures that are counted and not shown', '<testsuite errors="1"><testcase/></testsuite>'],
    ['a document type', `<!DOCTYPE x>${suite('<testcase name="a"/>')}`],
  ])('refuses %s', (_what, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'STATEMENT_RESULT' }));
  });

  it('refuses what is larger than is read', () => {
    const large = Buffer.alloc(16 * 2 ** 20 + 1, 0x20);
    expect(() => readTestResult(large, 'x')).toThrow(
      expect.objectContaining({ code: 'STATEMENT_RESULT' }),
    );
  });
});

it('is told as a statement about every archive, with the file it was read from', () => {
  const digest = digestOf(Buffer.from('a'));
  const { result } = { result: read(suite('<testcase name="a"/>')) };
  if (result.kind !== 'tests') throw new Error('no tests');
  const document = { name: 'result-unit.xml', digest, mediaType: result.mediaType };
  const text = renderTestResult([{ name: 'a.tar.zst', digest }], result.result, document);
  const statement = parseStatement(Buffer.from(text), { allowOldType: false });
  expect(statement).toMatchObject({
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result: 'PASSED',
      configuration: [{ name: 'result-unit.xml', digest: { sha256: digest.slice(7) } }],
      passedTests: ['a'],
      failedTests: [],
    },
  });
});
