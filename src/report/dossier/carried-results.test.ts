import { describe, expect, it } from 'vitest';
import { carriedScans, tests } from './carried-results.ts';
import type { DossierTestResult } from './dossier.ts';

it('tells what scanners wrote from results of tests', () => {
  expect(
    carriedScans(['result-scan.grype.json', 'result-scan.intoto.jsonl', 'result-unit.xml']),
  ).toEqual(['result-scan.grype.json']);
});

const said = (
  result: 'PASSED' | 'WARNED' | 'FAILED',
  archives: readonly string[] = ['a', 'b'],
): DossierTestResult => ({
  ...{ archives, document: { name: 'result-unit.intoto.jsonl' }, state: 'accepted', reason: '' },
  ...{ signers: ['ci'], result, counts: { passed: 3, warned: 1, failed: 1 }, files: [] },
});
const refused: DossierTestResult = {
  ...{ archives: ['a', 'b'], document: { name: 'r' }, state: 'refused', reason: 'nobody signed' },
  ...{ signers: [], files: [] },
};

describe('the criterion of tests', () => {
  it.each([
    { what: 'nothing', list: [], status: 'caveat', caveat: /^not looked at: no signed/ },
    { what: 'a refused one', list: [refused], status: 'caveat', caveat: /r: nobody signed/ },
    { what: 'passed', list: [said('PASSED')], status: 'met', caveat: /^$/ },
    {
      what: 'passed, of one archive',
      list: [said('PASSED', ['a'])],
      status: 'caveat',
      caveat: /nobody says so of b/,
    },
    {
      what: 'passed and warned',
      list: [said('PASSED'), said('WARNED')],
      status: 'caveat',
      caveat: /WARNED/,
    },
    {
      what: 'passed and failed',
      list: [said('PASSED'), said('FAILED')],
      status: 'not-met',
      caveat: /FAILED/,
    },
  ])('$what: $status', ({ list, status, caveat }) => {
    const judged = tests({ testResults: list, archives: ['a', 'b'], checks: [] });
    expect(judged.status).toBe(status);
    expect(judged.caveat).toMatch(caveat);
  });
});
