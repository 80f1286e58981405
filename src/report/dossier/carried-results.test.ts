import { expect, it } from 'vitest';
import { carriedScans, testResults, tests } from './carried-results.ts';
import type { DossierRelease } from './dossier.ts';

const files = [
  'a.tar.zst.provenance.intoto.jsonl',
  'result-scan.grype.json',
  'result-scan.intoto.jsonl',
  'result-unit.intoto.jsonl',
  'result-unit.xml',
];
const release: DossierRelease = {
  product: 'demo',
  version: '1.0.0',
  flavor: 'gpu',
  counter: 1,
  date: '2026-11-21T00:00:00Z',
};

it('tells results of tests from those of scanners', () => {
  expect(testResults(files)).toEqual(['result-unit.intoto.jsonl']);
  expect(carriedScans(files)).toEqual(['result-scan.grype.json']);
});

it.each([
  ['nothing that travels along', [], release, 'none', /no signed test results/],
  ['signed results', files, release, 'result-unit.intoto.jsonl', /signed results lie with it/],
  ['results nobody vouches for', files, null, 'none', /no release statement that is believed/],
] as const)('%s are a condition', (_what, given, by, evidence, caveat) => {
  expect(tests({ files: given, release: by })).toMatchObject({
    status: 'caveat',
    evidence,
    caveat: expect.stringMatching(caveat),
  });
});
