import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import { defaultReadLimits, type ReadLimits } from '../../src/archive/read-limits.ts';
import { surveyArchive } from '../../src/archive/survey-archive.ts';
import type { Check } from '../../src/checks/check.ts';
import { gatherFacts } from '../../src/checks/gather-facts.ts';
import { runChecks } from '../../src/checks/run-checks.ts';
import { aPackage, inShort } from './a-package.ts';
import { hostilePackage, type PackageOp } from './hostile-package.ts';

/** What one check says of a sound package after changes to its bytes, as `outcome severity code`. */
export async function judgedBytes(
  check: Check,
  ops: readonly PackageOp[],
  limits: Partial<ReadLimits> = {},
): Promise<readonly string[]> {
  const { bytes, fileName } = hostilePackage(aPackage().archive(), ops);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  const run = { signal: new AbortController().signal };
  const all = { ...defaultReadLimits, ...limits };
  const survey = await surveyArchive(
    { chunks: chunks() },
    all,
    { wholeDigest: false },
    inProcessCompute(),
    run,
  );
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
