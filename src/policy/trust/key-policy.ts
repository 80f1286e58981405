import type { TrustPolicy } from './trust-policy.ts';

/** A key as it was given: who trusts it trusts it with everything. */
export interface LoneKey {
  /** Path or variable, for reports. */
  readonly origin: string;
  readonly pem: string;
  readonly fingerprint: string;
}

/** Name of the only role and the only signer of such a policy. */
export const loneKeyName = 'key';

/** The policy of somebody who gave nothing but a key: one role, one signer, for everything. */
export function trustPolicyOfKey({ origin, pem, fingerprint }: LoneKey): TrustPolicy {
  const role = {
    name: loneKeyName,
    kind: 'releaser',
    signers: [loneKeyName],
    threshold: 1,
  } as const;
  const signer = {
    kind: 'key',
    name: loneKeyName,
    pem,
    fingerprint,
    origin,
    algorithm: undefined,
    trustedRoot: undefined,
  } as const;
  return {
    origin: undefined,
    version: 0,
    expires: undefined,
    site: undefined,
    otherSignatures: 'refuse',
    trustedRoots: new Map(),
    signers: new Map([[loneKeyName, signer]]),
    roles: new Map([[loneKeyName, role]]),
    rules: [
      {
        name: 'the given key',
        product: '*',
        kinds: ['statement', 'bundle', 'package'],
        versions: undefined,
        role: loneKeyName,
        approvers: [],
        ownSignature: false,
        timestamps: 0,
        maxAgeMs: undefined,
        minCounter: undefined,
        attestations: [],
      },
    ],
    revokedDigests: new Map(),
    acceptedRole: undefined,
  };
}
