import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allChecks } from '../checks/all-checks.ts';
import type { CheckId, Finding, Outcome, Severity } from '../checks/check.ts';
import { applyPolicy } from './apply-policy.ts';
import { guardsIntegrity } from './integrity.ts';
import { judgeFindings } from './judge-findings.ts';
import { builtInPolicy, type Policy, type Waiver } from './policy.ts';

const checks = allChecks();
/** Spelt out: a list that shrinks must be noticed. */
const guards: readonly CheckId[] = [
  'bundle/blobs',
  'bundle/definition',
  'bundle/format',
  'bundle/halves',
  'bundle/index',
  'bundle/package-manifests',
  'bundle/root',
  'bundle/unreferenced',
  'definition/documents-agree',
  'definition/version-known',
  'oci/blob-digest',
  'oci/config-layers',
  'oci/descriptors',
  'oci/nothing-missing',
];
const help = { why: 'w', fix: 'f', source: 's' };
const finding = (id: CheckId, change: Partial<Finding> = {}): Finding => ({
  id,
  severity: 'error',
  outcome: 'fail',
  subject: { kind: 'image', name: 'registry.example/api:1' },
  message: 'm',
  help,
  ...change,
});
const waiver = (change: Partial<Waiver> = {}): Waiver => ({
  check: 'oci/platform',
  subject: 'registry.example/api:1',
  owner: 'jane',
  reason: 'until the rebuild',
  expires: '2026-12-31',
  ...change,
});
const at = new Date('2026-11-21T12:00:00Z');
const apply = (
  findings: readonly Finding[],
  policy: Partial<Policy>,
  when: Date | undefined = at,
  withinFolder = false,
) =>
  applyPolicy(
    findings,
    { ...builtInPolicy, ...policy },
    { subject: 'a', checks, at: when, withinFolder },
  );
const brief = (findings: readonly Finding[]) =>
  findings.map(({ id, outcome, severity, code }) =>
    [id, outcome, severity, code ?? ''].join(' ').trim(),
  );

describe('severities of a policy', () => {
  it.each<[string, Finding, Severity, string, string | undefined]>([
    ['an error made a warning', finding('oci/platform'), 'warning', 'warning', 'error'],
    [
      'a warning made an error',
      finding('bundle/variables', { severity: 'warning' }),
      'error',
      'error',
      'warning',
    ],
    ['what is so already', finding('oci/platform'), 'error', 'error', undefined],
    [
      'what the check softened stays soft',
      finding('oci/platform', { severity: 'note' }),
      'warning',
      'note',
      undefined,
    ],
    [
      'what the check softened, softer still',
      finding('oci/platform', { severity: 'warning' }),
      'note',
      'note',
      'warning',
    ],
    ['a guard of integrity is not lowered', finding('oci/blob-digest'), 'note', 'error', undefined],
    [
      'a warning of a guarded area can be raised',
      finding('signature/legacy', { severity: 'warning' }),
      'error',
      'error',
      'warning',
    ],
  ])('%s', (_name, one, severity, expected, before) => {
    const [judged] = apply([one], { severities: [{ check: one.id, severity }] });
    expect([judged?.severity, judged?.defaultSeverity]).toEqual([expected, before]);
  });
});

it.each(guards)('%s is neither lowered nor waived by any policy', (check) => {
  const [judged] = apply([finding(check)], {
    severities: [{ check, severity: 'note' }],
    waivers: [waiver({ check })],
  });
  expect([judged?.severity, judged?.waiver]).toEqual(['error', undefined]);
});

describe('waivers', () => {
  it.each<[string, Finding, Partial<Waiver>, boolean]>([
    ['the failure it names', finding('oci/platform'), {}, true],
    ['a pattern of names', finding('oci/platform'), { subject: '*/api:*' }, true],
    ['another name', finding('oci/platform'), { subject: 'registry.example/api' }, false],
    ['another check', finding('oci/image-names'), {}, false],
    ['its code', finding('oci/platform', { code: 'A_B' }), { code: 'A_B' }, true],
    ['another code', finding('oci/platform', { code: 'A_C' }), { code: 'A_B' }, false],
    ['no code', finding('oci/platform'), { code: 'A_B' }, false],
    ['another digest', finding('oci/platform'), { digest: `sha256:${'0'.repeat(64)}` }, false],
    ['what could not be decided', finding('oci/platform', { outcome: 'undecided' }), {}, false],
    ['one that ran out', finding('oci/platform'), { expires: '2026-11-20' }, false],
    ['its last day', finding('oci/platform'), { expires: '2026-11-21' }, true],
    ['a guard of integrity', finding('oci/blob-digest'), { check: 'oci/blob-digest' }, false],
    ['a signature', finding('signature/archive'), { check: 'signature/archive' }, false],
  ])('%s: %s', (_name, one, change, waived) => {
    const [judged] = apply([one], { waivers: [waiver(change)] }).filter(({ id }) => id === one.id);
    expect(judged?.waiver !== undefined).toBe(waived);
    expect(judged?.outcome).toBe(one.outcome);
  });

  it('that hold are told, and those that ran out are findings with their owner', () => {
    const held = apply([], { waivers: [waiver()] });
    expect(brief(held)).toEqual(['policy/waivers pass warning']);
    const ended = apply([], { waivers: [waiver(), waiver({ expires: '2026-01-01' })] });
    expect(brief(ended)).toEqual(['policy/waivers fail warning WAIVER_EXPIRED']);
    expect(ended[0]?.message).toContain('ran out on 2026-01-01; its owner is jane');
  });

  it('that ran out weigh as the policy says', () => {
    const policy = {
      waivers: [waiver({ expires: '2026-01-01' })],
      severities: [{ check: 'policy/waivers', severity: 'error' } as const],
    };
    expect(brief(apply([], policy))).toEqual(['policy/waivers fail error WAIVER_EXPIRED']);
  });

  it('that ran out are told for an archive of a folder only when they concern it', () => {
    const policy = { waivers: [waiver({ expires: '2026-01-01' })] };
    expect(brief(apply([], policy, at, true))).toEqual([]);
    expect(brief(apply([finding('oci/platform')], policy, at, true))).toContain(
      'policy/waivers fail warning WAIVER_EXPIRED',
    );
  });

  it('do not hold without a date, and that is no pass', () => {
    const policy = { ...builtInPolicy, required: [], waivers: [waiver()] };
    const context = { subject: 'a', checks, at: undefined, weakenedBy: [] };
    const { findings, verdict } = judgeFindings([], policy, context);
    expect(brief(findings)).toEqual(['policy/waivers undecided warning WAIVER_NO_DATE']);
    expect(verdict).toMatchObject({ outcome: 'incomplete', missingEvidence: ['policy'] });
  });
});

describe('thresholds', () => {
  const warning = finding('bundle/variables', { severity: 'warning' });
  it.each<[string, readonly Finding[], Policy['thresholds'], readonly string[]]>([
    ['none', [warning], {}, []],
    ['kept', [warning], { warnings: 1 }, ['policy/thresholds pass error']],
    [
      'broken',
      [warning, warning],
      { warnings: 1 },
      ['policy/thresholds fail error THRESHOLD_WARNINGS'],
    ],
    [
      'notes',
      [finding('oci/platform', { severity: 'note' })],
      { notes: 0 },
      ['policy/thresholds fail error THRESHOLD_NOTES'],
    ],
    [
      'undecided',
      [finding('oci/platform', { outcome: 'undecided' })],
      { undecided: 0 },
      ['policy/thresholds undecided error THRESHOLD_UNDECIDED'],
    ],
  ])('%s', (_name, findings, thresholds, expected) => {
    const own = apply(findings, { thresholds }).filter(({ id }) => id.startsWith('policy/'));
    expect(brief(own)).toEqual(expected);
  });

  it('count what a policy lowered, and not what it waived', () => {
    const lowered = apply([finding('oci/platform')], {
      severities: [{ check: 'oci/platform', severity: 'warning' }],
      thresholds: { warnings: 0 },
    });
    expect(brief(lowered)).toContain('policy/thresholds fail error THRESHOLD_WARNINGS');
    const waived = apply([finding('oci/platform', { severity: 'warning' })], {
      waivers: [waiver()],
      thresholds: { warnings: 0 },
    });
    expect(brief(waived)).toContain('policy/thresholds pass error');
  });
});

const anyFinding = fc.record({
  id: fc.constantFrom(...checks.map(({ id }) => id)),
  outcome: fc.constantFrom<Outcome>('pass', 'fail', 'undecided', 'not-applicable'),
  severity: fc.constantFrom<Severity>('error', 'warning', 'note'),
});
const anyPolicy = fc.record({
  severities: fc.array(
    fc.record({
      check: fc.constantFrom(...checks.map(({ id }) => id)),
      severity: fc.constantFrom<Severity>('error', 'warning', 'note'),
    }),
  ),
  waivers: fc.array(
    fc.constantFrom(...checks.map(({ id }) => id)).map((check) => waiver({ check, subject: '*' })),
  ),
});

it('no policy takes a finding away, nor lets through what guards integrity', () => {
  fc.assert(
    fc.property(fc.array(anyFinding), anyPolicy, (drafts, policy) => {
      const findings = drafts.map(({ id, outcome, severity }) =>
        finding(id, { outcome, severity }),
      );
      const context = { subject: 'a', checks, at, weakenedBy: [] };
      const judged = judgeFindings(findings, { ...builtInPolicy, ...policy }, context);
      expect(judged.findings.length).toBeGreaterThanOrEqual(findings.length);
      const guarded = findings.some(
        (each) =>
          each.outcome === 'fail' &&
          each.severity === 'error' &&
          checks.some((check) => check.id === each.id && guardsIntegrity(check)),
      );
      if (guarded) expect(judged.verdict.outcome).toBe('fail');
      // A pass over what would have failed says what made it one.
      const plain = judgeFindings(findings, builtInPolicy, context).verdict;
      if (plain.outcome === 'fail' && judged.verdict.outcome !== 'fail')
        expect(judged.verdict.headline).toContain('weakened by');
    }),
  );
});
