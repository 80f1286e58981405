import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aDossier, dossierInputs, someContents } from '../../../test/support/a-dossier.ts';
import { aFinding, aVerifyReport, checks } from '../../../test/support/a-verify-report.ts';
import type { Finding } from '../../checks/check.ts';
import { builtInPolicy } from '../../policy/policy.ts';
import type { ApprovalDecision } from '../../policy/trust/judge-approvals.ts';
import type { ReportedLevel } from '../verify-report.ts';
import type { CriterionStatus } from './dossier-judgement.ts';
import { statusWords } from './dossier-words.ts';
import { worstStatus } from './hold-to-checks.ts';

const order: readonly CriterionStatus[] = ['met', 'caveat', 'open', 'not-met'];
const rank = (status: CriterionStatus): number => order.indexOf(status);
const byVerify = { pass: 'met', incomplete: 'open', fail: 'not-met' } as const;

const finding: fc.Arbitrary<Finding> = fc
  .record({
    id: fc.constantFrom(...checks.map(({ id }) => id)),
    outcome: fc.constantFrom('pass', 'fail', 'undecided', 'not-applicable'),
    severity: fc.constantFrom('error', 'warning', 'note'),
  })
  .map(({ id, outcome, severity }) => aFinding(id, { outcome, severity }));
const required = fc.subarray([...new Set(checks.map(({ area }) => area))]);

describe('the verdict', () => {
  it('is never better than the worst criterion, than verify, or than any package', () => {
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 12 }), required, (findings, demanded) => {
        const result = aVerifyReport(findings, {
          name: 'demo.tar.zst',
          policy: { required: demanded },
        });
        const { verdict, checks: told } = aDossier({ result });
        const { status, criteria, outcome, packages, words } = verdict;
        for (const { role, id, area } of told) {
          const over = criteria.filter((each) => each.checks.includes(id));
          expect([id, over.length]).toEqual([id, 1]);
          if (role === 'blocking') expect(over[0]?.status).toBe('not-met');
          if (role === 'undecided' && verdict.outcome === 'incomplete' && demanded.includes(area))
            expect([id, over[0]?.status]).toEqual([
              id,
              expect.stringMatching(/^(?:open|not-met)$/),
            ]);
          if (role === 'undecided' || role === 'waived' || role === 'warning')
            expect([id, over[0]?.status]).not.toEqual([id, 'met']);
        }
        expect(rank(status)).toBeGreaterThanOrEqual(
          Math.max(...criteria.map((each) => rank(each.status)), rank(byVerify[outcome])),
        );
        expect(rank(status)).toBeGreaterThan(0);
        expect(criteria.map((each) => each.status)).toContain(status);
        for (const { recommendation } of packages) {
          // There is no other package it could wait for.
          if (status === 'not-met' || status === 'open') expect(recommendation).toBe('not-ready');
          if (recommendation === 'ready') expect(status).toBe('met');
        }
        // The sentence says no better either, and always why.
        expect(words).not.toMatch(/: \./);
        expect(words).not.toContain('Every criterion is met');
        if (status !== 'caveat') expect(words).not.toContain('Nothing that counts failed');
        if (findings.some((each) => each.outcome === 'fail' && each.severity === 'error'))
          expect(statusWords[status]).toBe('Not ready');
      }),
      { numRuns: 150 },
    );
  });

  it('counts what nobody looked at as a condition, and says so in the first sentence', () => {
    const { verdict } = aDossier();
    expect(verdict.status).toBe('caveat');
    expect(verdict.words).toContain('Nobody looked at');
    expect(verdict.words).toContain('known vulnerabilities');
  });

  it('is not ready where the scanner names something severe, whatever verify says', () => {
    const none = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };
    const scan = {
      document: {
        name: 's.json',
        digest: dossierInputs().seen[0]?.packages[0]?.digest ?? 'sha256:',
      },
      format: 'grype',
      tool: 'grype',
      matches: [],
    } as const;
    const high = aDossier({
      scans: [{ ...scan, counts: { ...none, high: 1 } } as never],
    });
    expect([high.verdict.outcome, high.verdict.status]).toEqual([
      aDossier().verdict.outcome,
      'not-met',
    ]);
    const lesser = { ...none, low: 3, medium: 2, negligible: 1, unknown: 4 };
    const low = aDossier({ scans: [{ ...scan, counts: lesser, setAside: 5 } as never] });
    expect(low.verdict.status).toBe('caveat');
    expect(low.verdict.criteria.find(({ id }) => id === 'vulnerabilities')?.caveat).toMatch(
      /^6 lesser ones, 4 of unknown severity, 5 that the scanner was told to leave out;/,
    );
  });

  it('names what is demanded and was not looked at, in the table and in the first sentence', () => {
    const judged = aVerifyReport([aFinding('sbom/beside', { outcome: 'undecided' })], {
      policy: { required: ['sbom'] },
    });
    const missing = { missingEvidence: [...judged.verdict.missingEvidence, 'statement'] } as const;
    const { verdict } = aDossier({
      result: { ...judged, verdict: { ...judged.verdict, ...missing } },
    });
    const open = verdict.criteria.filter(({ status }) => status === 'open');
    expect(open.map(({ id }) => id)).toEqual(['completeness', 'inventory']);
    expect(verdict.words).toMatch(/could not be looked at: completeness .* lists of contents/);
  });

  it.each([
    ['not read', 'undecided', 'error', 'caveat'],
    ['missing', 'fail', 'warning', 'caveat'],
    ['another', 'fail', 'error', 'not-met'],
  ] as const)(
    'believes no tests that passed whose result file is %s',
    (_what, outcome, severity, status) => {
      const told = {
        passedTests: ['a'],
        warnedTests: [],
        failedTests: [],
        result: 'PASSED',
      } as const;
      const believed = {
        ...({
          state: 'believed',
          location: 'result-unit.intoto.jsonl',
          signers: ['anna'],
        } as const),
        ...({ about: 'this', files: [], result: { ...told, files: [] } } as const),
      };
      const message = 'result-unit.xml is not what it names';
      const of = (findings: readonly Finding[]) =>
        aDossier({
          result: aVerifyReport(findings, { name: 'demo.tar.zst' }),
          seen: [{ ...someContents(), testResults: [believed] }],
        }).verdict.criteria.find(({ id }) => id === 'tests');
      expect(of([aFinding('provenance/tests', { outcome: 'pass' })])?.status).toBe('met');
      const twice = [1, 2].map(() => aFinding('provenance/tests', { outcome, severity, message }));
      expect(of(twice)).toMatchObject({
        status,
        caveat: `${message}, and 1 more results of this kind`,
      });
    },
  );

  it('is met by limits that hold, and where there are none', () => {
    const of = (findings: readonly Finding[], budgets = builtInPolicy.budgets) =>
      aDossier({
        result: aVerifyReport(findings, { name: 'demo.tar.zst' }),
        policy: { ...builtInPolicy, budgets },
      }).verdict.criteria.find(({ id }) => id === 'policy')?.status;
    const budget = { kind: 'bundle', pattern: '*', maxBytes: 1 } as const;
    expect(of([])).toBe('met');
    expect(of([], [budget])).toBe('caveat');
    expect(of([aFinding('budget/size', { outcome: 'pass' })], [budget])).toBe('met');
    expect(of([aFinding('budget/size')])).toBe('not-met');
  });

  it('is marked where a flag weakened the judgement', () => {
    const result = aVerifyReport([aFinding('signature/package', { outcome: 'pass' })], {
      name: 'demo.tar.zst',
      weakenedBy: ['--insecure-allow-unsigned'],
    });
    const { verdict, run } = aDossier({ result });
    const authenticity = verdict.criteria.find(({ id }) => id === 'authenticity');
    expect(authenticity?.status).toBe('caveat');
    expect(authenticity?.caveat).toContain('--insecure-allow-unsigned');
    expect(run.insecure).toEqual(['--insecure-allow-unsigned']);
  });

  it.each([
    ['complete', [], 'met'],
    ['with gaps', ['1 Java archive'], 'caveat'],
    ['that do not say whether they are complete', undefined, 'caveat'],
  ] as const)('is by lists of contents %s: %s', (_what, gaps, status) => {
    const seen = someContents();
    const [image] = seen.images;
    const { gaps: _own, ...rest } = image?.sbom ?? { document: '', packages: [] };
    const sbom = gaps === undefined ? rest : { ...rest, gaps };
    const whole = { ...rest, gaps: [] };
    const of = (images: typeof seen.images, files: typeof seen.files) =>
      aDossier({
        result: aVerifyReport([aFinding('sbom/bound', { outcome: 'pass' })], {}),
        seen: [{ ...seen, images, files }],
      });
    const inImages = of(image === undefined ? [] : [{ ...image, sbom }], []);
    const files = { archive: 'a', package: 'demo', component: 'model', sbom };
    const inFiles = of(image === undefined ? [] : [{ ...image, sbom: whole }], [files]);
    for (const { verdict, notLookedAt, controls } of [inImages, inFiles]) {
      expect(verdict.criteria.find(({ id }) => id === 'inventory')?.status).toBe(status);
      expect(notLookedAt.some(({ id }) => id === 'inventory')).toBe(status === 'caveat');
      expect(controls.find(({ id }) => id === 'CM-8')?.state === 'supported').toBe(
        status === 'met',
      );
    }
  });

  describe('of approvals', () => {
    const approval = (state: ApprovalDecision['state']): ApprovalDecision => ({
      ...{ location: `${state}.intoto.jsonl`, state, stampedTimes: [], role: 'approver' },
      signer: 'anna',
    });
    const level = (counted: number): ReportedLevel => ({
      ...{ kind: 'package', name: 'demo', state: 'accepted', reason: '', signers: [] },
      approvers: [{ role: 'approver', threshold: 2, counted }],
    });
    it.each([
      ['as many as are demanded', [approval('counted')], [level(2)], 'met', /^$/],
      [
        'one of two',
        [approval('counted')],
        [level(1)],
        'not-met',
        /1 of the 2 approvals.*approver/,
      ],
      ['none of two', [], [level(0)], 'not-met', /0 of the 2/],
      ['nobody says who may', [approval('unjudged')], [], 'caveat', /1 lies with it, not judged/],
      ['none, and none demanded', [], [], 'caveat', /nobody has approved/],
    ] as const)('%s', (_what, approvals, levels, status, caveat) => {
      const made = aVerifyReport([aFinding('signature/package', { outcome: 'pass' })], {});
      const { verdict, controls, notLookedAt } = aDossier({
        result: { ...made, approvals, levels },
      });
      expect(verdict.criteria.find(({ id }) => id === 'approvals')).toMatchObject({
        status,
        caveat: expect.stringMatching(caveat),
      });
      // Nothing speaks for the separation of duties but approvals that count, and enough of them.
      expect(controls.find(({ id }) => id === 'AC-5')?.state).toBe(
        status === 'met' ? 'supported' : 'unsupported',
      );
      expect(notLookedAt.some(({ id }) => id === 'approvals')).toBe(
        status === 'caveat' || approvals.length === 0,
      );
    });
  });

  it('is the worst of several', () => {
    expect(worstStatus([])).toBe('met');
    expect(worstStatus(['caveat', 'not-met', 'open'])).toBe('not-met');
    expect(worstStatus(['met', 'open', 'caveat'])).toBe('open');
  });
});
