import { describe, expect, it } from 'vitest';
import type { SbomRule } from './sbom-rule.ts';
import { type SbomDemands, sbomVerdict } from './sbom-verdict.ts';

const rule = (id: string, outcome: SbomRule['outcome'], profiles: readonly string[] = []) => ({
  ...{ id, title: `title of ${id}`, outcome, profiles, kept: 0, of: 1 },
});
const judged = (rules: readonly SbomRule[], demands: Partial<SbomDemands> = {}, score = 5) =>
  sbomVerdict(rules, score, { minScore: undefined, profiles: [], image: false, ...demands });

describe('the verdict on an SBOM', () => {
  it.each(['DOC-01', 'DOC-07', 'CMP-07', 'CMP-11', 'CMP-12'])('fails where %s does', (id) => {
    const rules = [rule('CMP-03', 'pass'), rule(id, 'fail')];
    const reasons = [`${id} is not kept: title of ${id}`];
    expect(judged(rules)).toEqual({ outcome: 'fail', reasons });
  });

  it('does not fail of gaps in components, unless the profile they are in is demanded', () => {
    const rules = [rule('CMP-03', 'fail', ['NTIA 2021']), rule('CMP-06', 'fail', ['CISA 2025'])];
    expect(judged(rules)).toEqual({ outcome: 'pass', reasons: [] });
    const reasons = ['CMP-03 is not kept: title of CMP-03'];
    expect(judged(rules, { profiles: ['NTIA 2021'] })).toEqual({ outcome: 'fail', reasons });
  });

  it('is open where a demanded rule is', () => {
    const rules = [rule('DOC-02', 'undecided', ['NTIA 2021'])];
    const reasons = ['DOC-02 could not be decided: title of DOC-02'];
    expect(judged(rules).outcome).toBe('pass');
    expect(judged(rules, { profiles: ['NTIA 2021'] })).toEqual({ outcome: 'undecided', reasons });
  });

  it.each(['DOC-07', 'CMP-11', 'CMP-12'])('is open where %s is, of a named image', (id) => {
    const rules = [rule(id, 'undecided')];
    expect(judged(rules).outcome).toBe('pass');
    expect(judged(rules, { image: true }).outcome).toBe('undecided');
  });

  it('fails below the score that is asked for, and not at it', () => {
    const reasons = ['the score 4.9 is below 5.0'];
    expect(judged([], { minScore: 5 }, 4.9)).toEqual({ outcome: 'fail', reasons });
    expect(judged([], { minScore: 5 }, 5).outcome).toBe('pass');
    expect(judged([rule('CMP-11', 'undecided')], { minScore: 5, image: true }, 4).outcome).toBe(
      'fail',
    );
  });
});
