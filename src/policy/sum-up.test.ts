import { describe, expect, it } from 'vitest';
import { sumUp } from './sum-up.ts';
import type { Verdict } from './verdict.ts';

const verdict = (outcome: Verdict['outcome'], rest: Partial<Verdict> = {}): Verdict => ({
  outcome,
  exitCode: outcome === 'pass' ? 0 : outcome === 'fail' ? 1 : 5,
  headline: `x: ${outcome}`,
  counts: { pass: 0, fail: 0, warning: 0, note: 0, waived: 0, undecided: 0, notApplicable: 0 },
  failOn: ['error'],
  missingEvidence: outcome === 'incomplete' ? ['signature'] : [],
  notLookedAt: [],
  weakenedBy: [],
  ...rest,
});
const [pass, fail, open] = [verdict('pass'), verdict('fail'), verdict('incomplete')];

describe('sumUp', () => {
  it.each<[string, Verdict, readonly Verdict[], number, string, number, string]>([
    ['all good', pass, [pass, pass], 0, 'pass', 0, 'x: pass'],
    ['a part that fails', pass, [pass, fail], 0, 'fail', 1, 'dist fails: 1 of 2 archives fails'],
    ['a part not proven', pass, [open], 0, 'incomplete', 5, 'dist is not proven: 1 of 1 archive'],
    [
      'one that fails, one not proven',
      open,
      [fail],
      0,
      'fail',
      1,
      'dist fails: 1 of 1 archive fails',
    ],
    ['an unreadable one', pass, [pass], 1, 'fail', 3, 'dist fails: 1 of 2 archives cannot be read'],
    [
      'a failed and an unreadable one',
      pass,
      [fail],
      1,
      'fail',
      1,
      'dist fails: 1 of 2 archives fails, 1 of 2 archives cannot be read',
    ],
    ['what fails by itself', fail, [pass, open], 0, 'fail', 1, 'x: fail'],
  ])('%s', (_name, own, parts, unreadable, outcome, exitCode, headline) => {
    expect(sumUp(own, { subject: 'dist', parts, unreadable })).toMatchObject({
      outcome,
      exitCode,
      headline,
    });
  });

  it('names what is missing in the parts, and what weakens the whole', () => {
    const own = verdict('pass', { weakenedBy: ['--insecure-allow-unsigned'] });
    const { missingEvidence, headline } = sumUp(own, {
      subject: 'd',
      parts: [open],
      unreadable: 0,
    });
    expect(missingEvidence).toEqual(['signature']);
    expect(headline).toBe(
      'd is not proven: 1 of 1 archive (weakened by --insecure-allow-unsigned)',
    );
  });
});
