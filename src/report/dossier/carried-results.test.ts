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
  counts: DossierTestResult['counts'] = {
    ...{ passed: 3, warned: result === 'WARNED' ? 1 : 0 },
    failed: result === 'FAILED' ? 1 : 0,
  },
): DossierTestResult => ({
  ...{ archives, document: { name: 'result-unit.intoto.jsonl' }, state: 'accepted', reason: '' },
  ...{ signers: ['ci'], result, ...(counts === undefined ? {} : { counts }), files: [] },
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
      what: 'passed, and names no test',
      list: [said('PASSED', ['a', 'b'], { passed: 0, warned: 0, failed: 0 })],
      status: 'caveat',
      caveat: /PASSED, 0 passed/,
    },
    {
      what: 'passed, with some left out',
      list: [said('PASSED', ['a', 'b'], { passed: 3, warned: 2, failed: 0 })],
      status: 'caveat',
      caveat: /2 left out or warned/,
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
    expect(judged.evidence === 'none').toBe(list.length === 0 || list[0]?.state === 'refused');
    expect(judged.caveat).toMatch(caveat);
  });
});
