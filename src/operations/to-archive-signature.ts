import type { ArchiveSignature } from '../checks/facts.ts';
import type { ObjectDecision } from '../policy/trust/judge-object.ts';
import type { SignatureEvidence } from '../policy/trust/signature-evidence.ts';
import type { TrustPolicy } from '../policy/trust/trust-policy.ts';
import { whoOf } from './decision-results.ts';
import { kindOf } from './find-signatures.ts';
import type { VerifiedRelease } from './signature-request.ts';

/** The one signature that says most about a thing, for reports: what is wrong before what is right. */
export function toArchiveSignature(
  decision: ObjectDecision,
  evidence: readonly SignatureEvidence[],
  context: {
    readonly policy: TrustPolicy;
    readonly release?: VerifiedRelease | undefined;
    readonly half?:
      | {
          readonly location: string;
          readonly result: NonNullable<ArchiveSignature['result']>;
        }
      | undefined;
  },
): ArchiveSignature | undefined {
  const { policy, release, half } = context;
  const { state, by, code, reason } = decision;
  const bad = evidence.find(({ result }) => result.outcome === 'invalid');
  const [counted] = by;
  const shown =
    bad ?? evidence.find(({ location }) => location === counted?.location) ?? evidence[0];
  if (shown !== undefined && (state !== 'covered' || bad !== undefined)) {
    const { location, form, covers, result } = shown;
    const common = { location, kind: kindOf(form), covers };
    if (result.outcome !== 'valid') return { ...common, result };
    if (state === 'accepted' && counted !== undefined) {
      const fingerprint =
        policy.origin === undefined
          ? counted.party.replace(/^key:/, '')
          : by.map((each) => whoOf(each, policy)).join(', ');
      return { ...common, result: { outcome: 'valid', fingerprint, warnings: result.warnings } };
    }
    const outcome = state === 'undecided' ? 'undecided' : 'invalid';
    return { ...common, result: { outcome, code: code ?? 'TRUST_THRESHOLD', reason } };
  }
  const kind = 'release-statement';
  if (release !== undefined)
    return {
      location: release.location,
      kind,
      covers: `${decision.object.kind === 'package' ? 'zarf.yaml' : 'the root manifest'}, and through it every file`,
      result: { outcome: 'valid', fingerprint: release.fingerprint, warnings: [] },
    };
  if (half === undefined) return undefined;
  return {
    location: half.location,
    kind,
    covers: 'the root manifest of the legacy half',
    result: half.result,
  };
}
