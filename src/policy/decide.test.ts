import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckId, EvidenceArea, Finding, Outcome, Severity } from '../checks/check.ts';
import { decide } from './decide.ts';
import { builtInPolicy } from './policy.ts';

const areas: readonly EvidenceArea[] = [
  'container',
  'checksums',
  'oci',
  'definition',
  'signature',
  'names',
  'bundle',
  'budget',
];
const checks = areas.map((area) => ({ id: `${area}/x` as CheckId, area }));
const help = { why: 'w', fix: 'f', source: 's' };
const finding = (area: EvidenceArea, outcome: Outcome, severity: Severity = 'error'): Finding => ({
  id: `${area}/x`,
  severity,
  outcome,
  subject: { kind: 'archive', name: 'a' },
  message: 'm',
  help,
});
const verdict = (
  findings: readonly Finding[],
  required: readonly EvidenceArea[] = builtInPolicy.required,
  weakenedBy: readonly string[] = [],
) => decide(findings, { ...builtInPolicy, required }, { weakenedBy, checks, subject: 'a.tar.zst' });

describe('decide', () => {
  it.each<[string, readonly Finding[], string, number]>([
    ['nothing but passes', [finding('oci', 'pass')], 'pass', 0],
    ['an error that fails', [finding('oci', 'fail')], 'fail', 1],
    ['a warning that fails', [finding('oci', 'fail', 'warning')], 'pass', 0],
    ['a note that fails', [finding('oci', 'fail', 'note')], 'pass', 0],
    ['required evidence undecided', [finding('signature', 'undecided')], 'incomplete', 5],
    [
      'required evidence undecided, by a warning',
      [finding('signature', 'undecided', 'warning')],
      'incomplete',
      5,
    ],
    ['other evidence undecided', [finding('names', 'undecided')], 'pass', 0],
    [
      'a failure beside undecided evidence',
      [finding('signature', 'undecided'), finding('names', 'fail')],
      'fail',
      1,
    ],
    ['what does not apply', [finding('signature', 'not-applicable')], 'pass', 0],
  ])('%s: %s', (_name, findings, outcome, exitCode) => {
    expect(verdict(findings)).toMatchObject({ outcome, exitCode });
  });

  it('does not hide in its first line what the policy left out', () => {
    const { outcome, headline } = verdict([finding('signature', 'undecided')], ['container']);
    expect([outcome, headline]).toEqual([
      'pass',
      'a.tar.zst passes without signature, which the policy does not require',
    ]);
    expect(verdict([finding('names', 'undecided')]).headline).toBe('a.tar.zst passes');
  });

  it.each<[string, Parameters<typeof decide>[1]['failOn'], string, number]>([
    ['error', ['error'], 'pass', 0],
    ['warning', ['error', 'warning'], 'fail', 1],
    ['note, which means warning too', ['note'], 'fail', 1],
    ['undecided: all evidence is required', ['error', 'undecided'], 'incomplete', 5],
  ])('fails on %s when asked to', (_name, failOn, outcome, exitCode) => {
    const findings = [finding('oci', 'fail', 'warning'), finding('names', 'undecided')];
    const context = { weakenedBy: [], checks, subject: 'a.tar.zst' };
    expect(decide(findings, { ...builtInPolicy, failOn }, context)).toMatchObject({
      outcome,
      exitCode,
    });
  });

  const waiver = { owner: 'jane', reason: 'r', expires: '2026-12-31' };
  it.each<[string, Partial<Finding>, string]>([
    [
      'a waived failure',
      { waiver },
      'a.tar.zst passes (weakened by the waiver of oci/x until 2026-12-31)',
    ],
    [
      'a failure made a warning',
      { severity: 'warning', defaultSeverity: 'error' },
      'a.tar.zst passes (weakened by the policy, which makes oci/x a warning)',
    ],
    ['a warning made a note', { severity: 'note', defaultSeverity: 'warning' }, 'a.tar.zst passes'],
  ])('passes over %s, and says so first when it matters', (_name, change, headline) => {
    const decided = verdict([{ ...finding('oci', 'fail'), ...change }]);
    expect([decided.outcome, decided.headline]).toEqual(['pass', headline]);
  });

  it('names a few weakenings and counts the rest', () => {
    const findings = Array.from({ length: 9 }, (_, index) => ({
      ...finding('oci', 'fail'),
      id: `oci/x${index}` as CheckId,
      waiver,
    }));
    const { headline, weakenedBy, counts } = verdict(findings);
    expect(headline).toMatch(/x3 until 2026-12-31 and 5 more\)$/);
    expect([weakenedBy.length, counts.waived, counts.fail]).toEqual([9, 9, 0]);
  });

  it.each<[string, CheckId, string]>([
    ['a bundle of a format nobody here knows', 'bundle/format', 'incomplete'],
    ['a package of an apiVersion nobody here knows', 'definition/version-known', 'incomplete'],
    ['blobs of a bundle that were not reached', 'bundle/blobs', 'incomplete'],
    ['the key a bundle names for a package', 'bundle/public-key', 'pass'],
  ])('%s: %s is %s, whatever the policy requires', (_name, id, outcome) => {
    const own = { weakenedBy: [], checks: [{ id, area: 'bundle' as const }], subject: 'a' };
    const open = { ...finding('bundle', 'undecided'), id };
    expect(decide([open], { ...builtInPolicy, required: [] }, own).outcome).toBe(outcome);
  });

  it('counts each finding once', () => {
    const { counts } = verdict([
      finding('oci', 'pass'),
      finding('oci', 'fail'),
      finding('oci', 'fail', 'warning'),
      finding('oci', 'fail', 'note'),
      finding('oci', 'undecided'),
      finding('oci', 'not-applicable'),
    ]);
    expect(counts).toEqual({
      pass: 1,
      fail: 1,
      warning: 1,
      note: 1,
      waived: 0,
      undecided: 1,
      notApplicable: 1,
    });
  });

  it('tells required evidence that is missing from other', () => {
    const { missingEvidence, notLookedAt } = verdict([
      finding('signature', 'undecided'),
      finding('oci', 'undecided'),
      finding('names', 'undecided'),
    ]);
    expect(missingEvidence).toEqual(['oci', 'signature']);
    expect(notLookedAt).toEqual(['names']);
  });

  it('does not take evidence for looked at that no check looks at', () => {
    expect(verdict([finding('oci', 'pass')], ['oci', 'statement'])).toMatchObject({
      outcome: 'incomplete',
      missingEvidence: ['statement'],
    });
  });

  it('names what weakens it in its sentence', () => {
    for (const findings of [
      [finding('oci', 'pass')],
      [finding('oci', 'fail')],
      [finding('oci', 'undecided')],
    ])
      expect(verdict(findings, undefined, ['--insecure-allow-unsigned'])).toMatchObject({
        headline: expect.stringContaining('--insecure-allow-unsigned'),
        weakenedBy: ['--insecure-allow-unsigned'],
      });
  });

  it('names what could not be decided in its sentence', () => {
    expect(verdict([finding('signature', 'undecided')]).headline).toBe(
      'a.tar.zst is not proven: signature could not be decided',
    );
  });

  const anyFinding = fc.record({
    area: fc.constantFrom(...areas),
    outcome: fc.constantFrom<Outcome>('pass', 'fail', 'not-applicable', 'undecided'),
    severity: fc.constantFrom<Severity>('error', 'warning', 'note'),
  });
  it('never says pass over a failed error or missing required evidence, in whatever order', () => {
    fc.assert(
      fc.property(fc.array(anyFinding), fc.subarray([...areas]), (drafts, required) => {
        const findings = drafts.map(({ area, outcome, severity }) =>
          finding(area, outcome, severity),
        );
        const { outcome, exitCode, counts } = verdict(findings, required);
        const failed = drafts.some((each) => each.outcome === 'fail' && each.severity === 'error');
        const open = drafts.some(
          (each) => each.outcome === 'undecided' && required.includes(each.area),
        );
        expect(outcome).toBe(failed ? 'fail' : open ? 'incomplete' : 'pass');
        expect(exitCode).toBe({ pass: 0, fail: 1, incomplete: 5 }[outcome]);
        expect(Object.values(counts).reduce((sum, each) => sum + each, 0)).toBe(drafts.length);
        expect(verdict(findings.toReversed(), required)).toMatchObject({ outcome, counts });
      }),
    );
  });
});
