import { allChecks } from '../../src/checks/all-checks.ts';
import type { CheckId, Finding } from '../../src/checks/check.ts';
import { judgeFindings } from '../../src/policy/judge-findings.ts';
import { builtInPolicy, type Policy } from '../../src/policy/policy.ts';
import type { VerifyReport } from '../../src/report/verify-report.ts';

export const checks = allChecks();

/** A finding of a check of the catalogue. */
export function aFinding(id: CheckId, change: Partial<Finding> = {}): Finding {
  const check = checks.find((each) => each.id === id);
  return {
    id,
    severity: check?.severity ?? 'error',
    outcome: 'fail',
    subject: { kind: 'entry', name: 'images/index.json' },
    message: 'is not what it should be',
    help: check?.help ?? { why: 'why', fix: 'fix', source: 'source' },
    ...change,
  };
}

/** What `verify` would say of an archive with these findings. */
export function aVerifyReport(
  findings: readonly Finding[],
  {
    name = 'a.tar.zst',
    policy = {},
    at = new Date('2026-11-21T12:00:00Z'),
    weakenedBy = [],
  }: {
    readonly name?: string;
    readonly policy?: Partial<Policy>;
    readonly at?: Date;
    readonly weakenedBy?: readonly string[];
  } = {},
): VerifyReport {
  const judged = judgeFindings(
    findings,
    { ...builtInPolicy, ...policy },
    { subject: name, checks, at, weakenedBy },
  );
  return {
    schema: 'cowa-release/verify-report/v1',
    program: { name: 'cowa-release', version: '0.0.0' },
    archive: {
      name,
      format: 'zarf-package',
      compression: 'zstd',
      size: 2048,
      tarSize: 4096,
      entries: 3,
      frames: 1,
    },
    trust: { insecure: weakenedBy },
    packages: [{ name: 'demo', images: 1, size: 10, signature: 'unsigned' }],
    signature: { outcome: 'unsigned' },
    ...judged,
  };
}
