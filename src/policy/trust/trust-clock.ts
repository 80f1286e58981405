import { wholeTextPattern } from '../../attestation/signer-identity.ts';
import type { HeldUnder } from './signature-evidence.ts';
import type { PolicySigner, TrustPolicy } from './trust-policy.ts';
import type { TrustCode } from './trust-result.ts';

/**
 * Two readings of the time, in milliseconds since 1970. What must have begun is compared with the
 * machine's clock, what must not have ended with the latest time anybody vouched for: a clock that is
 * wrong can so make things fail, and never pass.
 */
export interface TrustClock {
  /** The machine's. */
  readonly now: number;
  /** The later of it, of every signed time seen and of what was accepted before. */
  readonly latest: number;
}

/** A clock that has seen these signed times as well. UTC, ISO 8601. */
export function advanced(clock: TrustClock, times: readonly string[]): TrustClock {
  return {
    now: clock.now,
    latest: Math.max(clock.latest, ...times.map((time) => Date.parse(time))),
  };
}

export interface TimeProblem {
  readonly code: TrustCode;
  readonly message: string;
}

/**
 * Why a signature of a signer does not count by its time; undefined when it does. Signed times decide
 * where there are any, all of them: a second authority that lies does not help. Without one the clock does,
 * and a key that was revoked is never believed: nothing proves that the signature is older.
 */
export function timeProblem(
  signer: PolicySigner,
  { stampedTimes, party }: Pick<HeldUnder, 'stampedTimes' | 'party'>,
  clock: TrustClock,
  policy: TrustPolicy,
): TimeProblem | undefined {
  const { name, notBefore, notAfter } = signer;
  const revokedAt = earliestRevocation(signer, party, policy);
  const stamped = stampedTimes.map((time) => Date.parse(time));
  const first = stamped.length > 0 ? Math.min(...stamped) : clock.now;
  const last = stamped.length > 0 ? Math.max(...stamped) : clock.latest;
  const when =
    stamped.length > 0
      ? `the signature was stamped at ${iso(last)}`
      : `no signed time says when, and it is ${iso(last)}`;
  if (revokedAt !== undefined && (stamped.length === 0 || last >= Date.parse(revokedAt))) {
    const message = `'${name}' was revoked at ${revokedAt}; ${stamped.length === 0 ? 'nothing proves that the signature is older' : when}`;
    return { code: 'TRUST_SIGNER_REVOKED', message };
  }
  if (notBefore !== undefined && first < Date.parse(notBefore)) {
    const message = `'${name}' is valid from ${notBefore}; ${stamped.length > 0 ? `the signature was stamped at ${iso(first)}` : `it is ${iso(first)}`}`;
    return { code: 'TRUST_SIGNER_NOT_YET_VALID', message };
  }
  if (notAfter !== undefined && last > Date.parse(notAfter))
    return {
      code: 'TRUST_SIGNER_EXPIRED',
      message: `'${name}' was valid until ${notAfter}; ${when}`,
    };
  return undefined;
}

/**
 * A key is revoked under all its names, and so is an identity: whoever signed, an entry that fits him
 * and is revoked speaks of him, by whichever other entry he came in.
 */
function earliestRevocation(
  signer: PolicySigner,
  party: string,
  { signers }: TrustPolicy,
): string | undefined {
  const same = [...signers.values()].filter(
    (other) => other.name === signer.name || isParty(other, party),
  );
  return same
    .flatMap(({ revokedAt }) => (revokedAt === undefined ? [] : [revokedAt]))
    .sort()
    .at(0);
}

/** Whether an entry of the policy is of this party: its very key, or an identity that fits. */
function isParty(signer: PolicySigner, party: string): boolean {
  if (signer.kind === 'key') return party === `key:${signer.fingerprint}`;
  const { issuer, san } = signer;
  const prefix = `identity:${issuer} `;
  if (!party.startsWith(prefix)) return false;
  const name = party.slice(prefix.length);
  if (san.kind === 'exact') return name === san.text;
  // A pattern that is none was refused when the policy was read; here it must not let anybody off.
  return wholeTextPattern(san.text)?.test(name) ?? true;
}

/** UTC, ISO 8601. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
