import type { ReadLimits } from '../../src/archive/read-limits.ts';
import type { Check } from '../../src/checks/check.ts';
import { gatherFacts } from '../../src/checks/gather-facts.ts';
import { runChecks } from '../../src/checks/run-checks.ts';
import { aPackage, inShort } from './a-package.ts';
import { hostilePackage, type PackageOp } from './hostile-package.ts';
import { surveyBytes } from './survey-bytes.ts';

/** What one check says of a sound package after changes to its bytes, as `outcome severity code`. */
export async function judgedBytes(
  check: Check,
  ops: readonly PackageOp[],
  limits: Partial<ReadLimits> = {},
): Promise<readonly string[]> {
  const { bytes, fileName } = hostilePackage(aPackage().archive(), ops);
  const survey = await surveyBytes(bytes, limits, false);
  const signatures = {
    key: undefined,
    allowUnsigned: false,
    archive: undefined,
    members: new Map(),
  };
  const facts = gatherFacts(survey, {
    fileName,
    signatures,
    budget: { policyOrigin: undefined, limits: [] },
  });
  return inShort(runChecks([check], facts));
}
