import { StatementError } from '../attestation/attestation-error.ts';
import { parseReproducibility } from '../attestation/reproducibility.ts';
import type { ReproductionStatement } from '../checks/provenance-facts.ts';
import type { Digest } from '../oci/digest.ts';
import type { StatementEvidence } from '../policy/trust/judge-release.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { SignatureJudge } from '../ports/signature-judge.ts';
import type { Run } from '../support/run.ts';
import { judgeStatementAt } from './judge-evidence.ts';
import { folderOf, readLines, type StatementLine } from './read-beside.ts';
import type { TrustInputs } from './trust-inputs.ts';
import { vouchedFor } from './vouched-for.ts';

const numbered = /^reproduced\.(?:(?:[2-9]|[1-9][0-9])\.)?intoto\.jsonl$/;

/** Whether a file says what came of making an archive again: `<archive>.reproduced.intoto.jsonl`, `<archive>.reproduced.2.intoto.jsonl`, …. */
export function isReproductionOf(name: string, archive: string): boolean {
  return name.startsWith(`${archive}.`) && numbered.test(name.slice(archive.length + 1));
}

/** Signed statements about making an archive again, beside it. They are made after the release, and no statement of it covers them. */
export async function readReproductionLines(
  location: string,
  source: ArchiveSource,
  run: Run,
): Promise<readonly StatementLine[]> {
  if (location === '-') return [];
  const folder = folderOf(location);
  const name = location.slice(folder.length);
  const isWanted = (each: string): boolean => isReproductionOf(each, name);
  return readLines(folder, isWanted, source, run, `${name}.reproduced.intoto.jsonl`);
}

/**
 * What is believed of them: what somebody with a role in the trust policy signed, about these very bytes.
 * @param digest of the whole archive; undefined where it could not be told
 */
export async function gatherReproductions(
  lines: readonly StatementLine[],
  digest: Digest | undefined,
  trust: TrustInputs | undefined,
  judge: SignatureJudge,
  run: Run,
): Promise<readonly ReproductionStatement[]> {
  const found: ReproductionStatement[] = [];
  for (const { location, bytes } of lines) {
    if (trust === undefined) {
      const reason = 'there is a statement about making it again, and no key was given to judge it';
      found.push({ state: 'undecided', location, code: 'SIGNATURE_NO_KEY', reason });
      continue;
    }
    const evidence = await judgeStatementAt(location, bytes, trust, judge, run);
    found.push(believe(evidence, digest, trust));
  }
  return found;
}

function believe(
  evidence: StatementEvidence,
  digest: Digest | undefined,
  trust: TrustInputs,
): ReproductionStatement {
  const { location } = evidence;
  const anybody = ['builder', 'releaser', 'approver'] as const;
  const vouched = vouchedFor(evidence, trust, anybody, 'has a role in the trust policy');
  if (vouched.state !== 'vouched') return { ...vouched, location };
  try {
    const made = parseReproducibility(vouched.payload);
    if (digest === undefined)
      return {
        state: 'undecided',
        location,
        code: 'REPRODUCTION_NO_DIGEST',
        reason: 'the digest of the archive could not be told',
      };
    if (made.archive.digest !== digest)
      return {
        state: 'refused',
        location,
        code: 'REPRODUCTION_OTHER',
        reason: `it is about ${made.archive.digest}, and this is ${digest}`,
      };
    const { signers, parties } = vouched;
    return { state: 'believed', location, signers, parties, made };
  } catch (error) {
    if (!(error instanceof StatementError)) throw error;
    return { state: 'refused', location, code: error.code, reason: error.message };
  }
}
