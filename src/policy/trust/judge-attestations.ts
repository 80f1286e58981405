import { StatementError } from '../../attestation/attestation-error.ts';
import { parseStatement, requireSubject, type Statement } from '../../attestation/statement.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import { countRole, withoutSame } from './count-role.ts';
import type { JudgingContext } from './judge-object.ts';
import type { StatementEvidence } from './judge-release.ts';
import type { CountedSignature } from './signature-evidence.ts';
import type { RequiredAttestation } from './trust-policy.ts';
import type { TrustResult, TrustSubject } from './trust-result.ts';

/**
 * Judges the statements a policy demands about one thing: each there, about one of its digests, signed by
 * its role, with the values that are wanted. One result per demand.
 */
export function judgeAttestations(
  required: readonly RequiredAttestation[],
  evidence: readonly StatementEvidence[],
  thing: Thing,
  context: JudgingContext,
): readonly TrustResult[] {
  return required.map((each) => judgeOne(each, evidence, thing, context));
}

/** What statements are demanded about. */
export interface Thing {
  readonly subject: TrustSubject;
  readonly digests: readonly Digest[];
  /** Signatures that counted over it, or over the release that lists it. */
  readonly signedBy: readonly CountedSignature[];
}

interface Group {
  readonly statement: Statement;
  readonly evidence: StatementEvidence[];
}

function judgeOne(
  required: RequiredAttestation,
  evidence: readonly StatementEvidence[],
  { subject, digests, signedBy }: Thing,
  { policy, clock }: JudgingContext,
): TrustResult {
  const { predicateType, role, maxAgeMs } = required;
  const topic = 'attestations';
  // Whoever released it does not vouch for its making as somebody else; roles of one kind are not kept apart.
  const kindOf = (name: string) => policy.roles.get(name)?.kind;
  const others = signedBy.filter((each) => kindOf(each.role) !== kindOf(role));
  const faults: string[] = [];
  const groups = groupsAbout(evidence, digests, predicateType, faults);
  for (const { statement, evidence: over } of groups) {
    const timestamps = maxAgeMs === undefined ? 0 : 1;
    const count = withoutSame(
      countRole({ role, timestamps, maxAgeMs }, over, clock, policy),
      others,
    );
    const values = valueProblems(statement, required);
    if (count.isMet && values.length === 0) {
      const by = count.counted.map(({ signer, location }) => `${signer} (${location})`).join(', ');
      return { topic, subject, outcome: 'pass', message: `${predicateType} by ${by}` };
    }
    const who = count.isMet
      ? []
      : [
          `${count.counted.length} of the ${count.threshold} signers demanded of the role '${role}'`,
          ...count.passedOver.map(({ location, message }) => `${location}: ${message}`),
        ];
    faults.push(...who, ...values);
  }
  if (groups.length > 0 || faults.length > 0) {
    const message = `no statement ${predicateType} about it is what the trust policy demands: ${faults.slice(0, 10).join('; ')}`;
    return { topic, subject, outcome: 'fail', code: 'TRUST_ATTESTATION_REFUSED', message };
  }
  const message = `the trust policy demands a statement ${predicateType} about it by the role '${role}', and none that holds is there`;
  return { topic, subject, outcome: 'fail', code: 'TRUST_ATTESTATION_MISSING', message };
}

/** Statements of the type about one of the digests, equal payloads together. */
function groupsAbout(
  evidence: readonly StatementEvidence[],
  digests: readonly Digest[],
  predicateType: string,
  faults: string[],
): readonly Group[] {
  const groups = new Map<Digest, Group>();
  for (const each of evidence) {
    if (each.payload === undefined) continue;
    const digest = digestOf(each.payload);
    const known = groups.get(digest);
    if (known !== undefined) {
      known.evidence.push(each);
      continue;
    }
    try {
      const statement = parseStatement(each.payload, { allowOldType: true });
      if (statement.predicateType !== predicateType) continue;
      const about = digests.find((one) =>
        statement.subjects.some(({ digest: { sha256 } }) => one === `sha256:${sha256}`),
      );
      if (about === undefined) continue;
      requireSubject(statement, about, predicateType);
      groups.set(digest, { statement, evidence: [each] });
    } catch (error) {
      if (!(error instanceof StatementError)) throw error;
      faults.push(`${each.location}: ${error.message}`);
    }
  }
  return [...groups.values()];
}

function valueProblems(
  { predicate }: Statement,
  { require }: RequiredAttestation,
): readonly string[] {
  return [...require].flatMap(([path, allowed]) => {
    const value = valueAt(predicate, path);
    const wanted = allowed.map((one) => JSON.stringify(one)).join(' or ');
    if (value === undefined) return [`it says nothing at ${path}, where ${wanted} is wanted`];
    return allowed.some((one) => one === value)
      ? []
      : [
          `at ${path} it says ${(JSON.stringify(value) ?? '').slice(0, 100)}, where ${wanted} is wanted`,
        ];
  });
}

/** A member by its path; names of members may hold dots, so that the longest name that fits comes first. */
function valueAt(object: unknown, path: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined;
  const names = Object.keys(object)
    .filter((name) => path === name || path.startsWith(`${name}.`))
    .sort((a, b) => b.length - a.length);
  for (const name of names) {
    const value: unknown = Object.entries(object).find(([key]) => key === name)?.[1];
    const found = path === name ? value : valueAt(value, path.slice(name.length + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}
