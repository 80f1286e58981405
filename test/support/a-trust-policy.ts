import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describePublicKey } from '../../src/attestation/public-key.ts';
import { parseTrustPolicy } from '../../src/policy/trust/parse-trust-policy.ts';
import type { TrustPolicy } from '../../src/policy/trust/trust-policy.ts';
import type { TrustPolicyDocument } from '../../src/policy/trust/trust-policy-document.ts';

/** A key pair by its curve, and what a policy says of it. */
export interface TestKey {
  readonly privateKey: KeyObject;
  readonly pem: string;
  readonly fingerprint: string;
}

/** Keys made at test start, by name: `rel-a` and `rel-b` release, `ci` builds, `appr` approves, `other` is nobody. */
export const testKeys = Object.fromEntries(
  ['rel-a', 'rel-b', 'rel-c', 'ci', 'appr', 'site', 'other'].map((name) => [name, aKey()]),
) as Readonly<Record<'rel-a' | 'rel-b' | 'rel-c' | 'ci' | 'appr' | 'site' | 'other', TestKey>>;

/** A new key. */
export function aKey(namedCurve = 'P-256'): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  const { pem, fingerprint } = describePublicKey(publicKey);
  return { privateKey, pem, fingerprint };
}

/** A key as a policy holds it. */
export function keyEntry(name: keyof typeof testKeys) {
  return { spki: testKeys[name].pem, algorithm: 'ecdsa-p256-sha256' } as const;
}

/** A sound policy: two of three release everything, `ci` builds packages. */
export function aTrustDocument(change: Partial<TrustPolicyDocument> = {}): TrustPolicyDocument {
  return {
    schema: 'trust-policy/v1',
    version: 7,
    expires: '2027-06-01T00:00:00Z',
    keys: {
      'rel-a': keyEntry('rel-a'),
      'rel-b': keyEntry('rel-b'),
      'rel-c': keyEntry('rel-c'),
      ci: keyEntry('ci'),
    },
    roles: {
      release: { signers: ['rel-a', 'rel-b', 'rel-c'], threshold: 2 },
      builder: { kind: 'builder', signers: ['ci'], threshold: 1 },
    },
    packages: [
      { product: 'demo', kinds: ['package'], role: 'builder' },
      { product: '*', role: 'release' },
    ],
    ...change,
  };
}

/** The policy of a document; throws with its problems. */
export function aTrustPolicy(change: Partial<TrustPolicyDocument> = {}): TrustPolicy {
  const { policy, problems } = parseTrustPolicy(
    Buffer.from(JSON.stringify(aTrustDocument(change))),
    'trust-policy.json',
  );
  if (policy === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return policy;
}
