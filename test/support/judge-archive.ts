import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import { defaultReadLimits } from '../../src/archive/read-limits.ts';
import type { Survey } from '../../src/archive/survey.ts';
import { surveyArchive } from '../../src/archive/survey-archive.ts';
import { catalog } from '../../src/checks/catalog.gen.ts';
import type { Finding } from '../../src/checks/check.ts';
import type { ArchiveFacts, SignatureFacts } from '../../src/checks/facts.ts';
import { gatherFacts } from '../../src/checks/gather-facts.ts';
import { runChecks } from '../../src/checks/run-checks.ts';

/** What the checks make of an archive in memory, without a key. */
export interface Judged {
  readonly survey: Survey;
  readonly facts: ArchiveFacts;
  readonly findings: readonly Finding[];
}

const unsigned: SignatureFacts = {
  key: undefined,
  allowUnsigned: false,
  archive: undefined,
  members: new Map(),
};

/** Surveys an archive, gathers its facts and runs every check. */
export async function judgeArchive(
  bytes: Uint8Array,
  fileName: string | undefined,
  signatures = unsigned,
): Promise<Judged> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  const run = { signal: new AbortController().signal };
  const survey = await surveyArchive(
    { chunks: chunks() },
    defaultReadLimits,
    { wholeDigest: false },
    inProcessCompute(),
    run,
  );
  const facts = gatherFacts(survey, {
    fileName,
    signatures,
    budget: { policyOrigin: undefined, limits: [] },
  });
  return { survey, facts, findings: runChecks(catalog, facts) };
}
