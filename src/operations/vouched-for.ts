import { countRole } from '../policy/trust/count-role.ts';
import type { StatementEvidence } from '../policy/trust/judge-release.ts';
import { advanced } from '../policy/trust/trust-clock.ts';
import type { RoleKind } from '../policy/trust/trust-policy.ts';
import { clockOf, type TrustInputs } from './trust-inputs.ts';

/** A statement somebody stands behind. */
export interface VouchedStatement {
  readonly state: 'vouched';
  readonly payload: Uint8Array;
  /** Names in the trust policy, sorted. */
  readonly signers: readonly string[];
  /** Who they are, whatever they are called: fingerprints and identities, sorted. */
  readonly parties: readonly string[];
}

/** Who stands behind a statement, or why nobody does. */
export type Vouched =
  | VouchedStatement
  | {
      readonly state: 'refused' | 'undecided';
      readonly code: string;
      readonly reason: string;
    };

/**
 * Whether somebody signed a statement who stands in a role of one of these kinds.
 * @param words what they may do, for the reason
 */
export function vouchedFor(
  evidence: StatementEvidence,
  trust: TrustInputs,
  kinds: readonly RoleKind[],
  words: string,
): Vouched {
  const { result, payload } = evidence;
  if (result.outcome !== 'valid' || payload === undefined) {
    const { code, reason } =
      result.outcome === 'valid'
        ? { code: 'STATEMENT_PREDICATE', reason: 'it holds no statement' }
        : result;
    return { state: result.outcome === 'undecided' ? 'undecided' : 'refused', code, reason };
  }
  const { policy } = trust;
  const times = result.by.flatMap(({ stampedTimes }) => stampedTimes);
  const clock = advanced(clockOf(trust), times);
  const counts = [...policy.roles.values()]
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ name }) =>
      countRole({ role: name, timestamps: 0, maxAgeMs: undefined }, [evidence], clock, policy),
    );
  const counted = counts.flatMap((each) => each.counted);
  if (counted.length > 0)
    return {
      state: 'vouched',
      payload,
      signers: [...new Set(counted.map(({ signer }) => signer))].sort(),
      parties: [...new Set(counted.map(({ party }) => party))].sort(),
    };
  const [passed] = counts.flatMap(({ passedOver }) => passedOver);
  return {
    state: 'refused',
    code: passed?.code ?? 'TRUST_NOT_IN_ROLE',
    reason: passed?.message ?? `nobody who ${words} signed it`,
  };
}
