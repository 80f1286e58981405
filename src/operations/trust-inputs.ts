import type { AcceptedRecord } from '../policy/trust/accepted-record.ts';
import { trustPolicyOfKey } from '../policy/trust/key-policy.ts';
import type { TrustClock } from '../policy/trust/trust-clock.ts';
import type { PolicySigner, TrustPolicy } from '../policy/trust/trust-policy.ts';
import type { TrustedKey, TrustedRootFile, TrustedSigner } from '../ports/signature-judge.ts';

/** Everything that says whom to believe, and what time it is. */
export interface TrustInputs {
  readonly policy: TrustPolicy;
  /** Files the policy pins, by its names for them. */
  readonly roots: ReadonlyMap<string, TrustedRootFile>;
  /** Of this machine, in milliseconds since 1970. */
  readonly now: number;
  /** Ends that are nearer are warned of. */
  readonly warnDays: number;
  /** What was accepted last; its signature held. */
  readonly accepted?: AcceptedRecord;
  /** Where that was read, for reports. */
  readonly since?: { readonly location: string; readonly digest: string };
}

/** Trust in one key, for everything and at all times. */
export function trustOfKey(key: TrustedKey): TrustInputs {
  return { policy: trustPolicyOfKey(key), roots: new Map(), now: 0, warnDays: 0 };
}

/** What a request says of trust: a policy, a key, or nothing. */
export function trustOf(request: {
  readonly key?: TrustedKey | undefined;
  readonly trust?: TrustInputs | undefined;
}): TrustInputs | undefined {
  return request.trust ?? (request.key === undefined ? undefined : trustOfKey(request.key));
}

/** The clock before any signature was looked at. */
export function clockOf({ now, accepted }: TrustInputs): TrustClock {
  const floor = accepted?.latestTime === undefined ? now : Date.parse(accepted.latestTime);
  return { now, latest: Math.max(now, floor) };
}

/** Everybody the policy names, as a judge of signatures wants them, in its order. */
export function trustedSigners({ policy, roots }: TrustInputs): readonly TrustedSigner[] {
  return [...policy.signers.values()].flatMap((signer): TrustedSigner[] => {
    const root = signer.trustedRoot === undefined ? undefined : roots.get(signer.trustedRoot);
    if (signer.kind === 'key') return [keySigner(signer, root)];
    if (root === undefined) return [];
    const { kind, name, issuer, san, tlogs, scts, timestamps } = signer;
    const exactly =
      san.kind === 'exact'
        ? ({ kind: 'exact', text: san.text } as const)
        : ({ kind: 'pattern', text: san.text } as const);
    return [{ kind, name, issuer, san: exactly, root, tlogs, scts, timestamps }];
  });
}

function keySigner(
  { name, origin, pem, fingerprint, algorithm }: PolicySigner & { readonly kind: 'key' },
  root: TrustedRootFile | undefined,
): TrustedSigner {
  return {
    kind: 'key',
    name,
    key: { origin, pem, fingerprint },
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(root === undefined ? {} : { timestampRoot: root }),
  };
}
