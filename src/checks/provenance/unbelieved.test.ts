import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import type { ProvenanceFacts } from '../provenance-facts.ts';
import { sbomBeside } from '../sbom/beside.ts';
import { provenanceReproduced } from './reproduced.ts';
import { provenanceTests } from './tests.ts';

const checks = {
  'provenance/reproduced': provenanceReproduced,
  'provenance/tests': provenanceTests,
  'sbom/beside': sbomBeside,
};
const { identity } = aPackage().facts();
const judged = (id: keyof typeof checks, said: Partial<ProvenanceFacts> = {}) =>
  [
    ...checks[id].evaluate({
      identity,
      provenance: { demands: { required: false }, statements: [], ...said },
    }),
  ].map(({ outcome, severity = '', code = '', message }) => ({
    told: `${outcome} ${severity} ${code}`.replaceAll(/ +/g, ' ').trim(),
    message,
  }));
const told = (id: keyof typeof checks, said?: Partial<ProvenanceFacts>) =>
  judged(id, said).map((each) => each.told);
const unbelieved = (state: 'refused' | 'undecided') =>
  ({ state, location: 'a.intoto.jsonl', code: 'SIGNATURE_NO_KEY', reason: 'no key' }) as const;

describe('statements that nobody believes', () => {
  it.each([
    ['provenance/reproduced', 'reproductions', 'fail REPRODUCTION_REFUSED'],
    ['provenance/tests', 'testResults', 'fail warning TESTS_REFUSED'],
    ['sbom/beside', 'sbomReferences', 'fail SBOM_REFERENCES_REFUSED'],
  ] as const)('%s', (id, member, refused) => {
    expect(told(id)).toEqual(['not-applicable']);
    expect(told(id, { [member]: [] })).toEqual(['not-applicable']);
    expect(told(id, { [member]: [unbelieved('undecided')] })).toEqual([
      'undecided SIGNATURE_NO_KEY',
    ]);
    expect(told(id, { [member]: [unbelieved('refused')] })).toEqual([refused]);
  });

  const believed = { state: 'believed', location: 'a.intoto.jsonl', signers: ['anna'] } as const;
  it.each([
    ['provenance/tests', 'testResults', { result: undefined }, 'TESTS_NO_DIGEST'],
    ['sbom/beside', 'sbomReferences', {}, 'SBOM_REFERENCES_NO_DIGEST'],
  ] as const)(
    'nor are those of %s judged where the archive has no digest',
    (id, member, more, code) => {
      const said = [{ ...believed, about: 'unknown', files: [], ...more }];
      expect(told(id, { [member]: said })).toEqual([`undecided ${code}`]);
    },
  );

  it.each([
    [0, /0 failed$/],
    [3, /\(1, 2, 3\)$/],
    [4, /\(1, 2, 3, and 1 more\)$/],
  ])('names three of the tests that failed, of %i', (count, words) => {
    const failedTests = Array.from({ length: count }, (_, each) => String(each + 1));
    const result = { result: 'FAILED', passedTests: [], warnedTests: [], failedTests } as const;
    const [first] = judged('provenance/tests', {
      testResults: [{ ...believed, about: 'this', files: [], result }],
    });
    expect(first?.message).toMatch(words);
  });
});
