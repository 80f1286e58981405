import { createPublicKey, type KeyObject } from 'node:crypto';
import { describePublicKey } from '../../attestation/public-key.ts';
import {
  type AlgorithmFacts,
  defaultAlgorithm,
  factsOfAlgorithm,
  type SignatureAlgorithm,
} from '../../attestation/signature-algorithm.ts';
import { verifySignature } from '../../attestation/verify-key-signature.ts';
import type {
  JudgedSignature,
  RefusedSignature,
  TrustedSigner,
} from '../../ports/signature-judge.ts';
import { compareDigest, type JudgedContent, needsContent } from './judged-content.ts';
import { invalid, isRefusal } from './refusal.ts';

export type KeySigner = TrustedSigner & { readonly kind: 'key' };

interface OpenedKey {
  readonly publicKey: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  readonly facts: AlgorithmFacts;
}

/** Judges a signature by one trusted key: algorithm and digest first, the signature last. */
export function judgeByKey(content: JudgedContent, signer: KeySigner): JudgedSignature {
  const opened = openKey(signer);
  if (isRefusal(opened)) return opened;
  const { publicKey, algorithm, facts } = opened;
  const refused = compareDigest(content, facts);
  if (refused !== undefined) return refused;
  const good = verifySignature(publicKey, algorithm, content.signed, content.signature);
  if (good === 'needs-bytes') return needsContent(facts);
  if (!good) return mismatch([signer]);
  return {
    outcome: 'valid',
    signer: signer.name,
    party: `key:${signer.key.fingerprint}`,
    stampedTimes: [],
    warnings: facts.elsewhere === undefined ? [] : [`made with ${facts.elsewhere}`],
    ...(content.statement === undefined ? {} : { statement: content.statement }),
  };
}

/** No key that is trusted made the signature. */
export function mismatch(signers: readonly KeySigner[]): RefusedSignature {
  const keys = signers.map(({ key }) => `${key.origin} (${key.fingerprint})`).join(', ');
  const which = signers.length === 1 ? `the key of ${keys}` : `any of the keys of ${keys}`;
  return invalid('SIGNATURE_MISMATCH', `the signature was not made over these bytes with ${which}`);
}

function openKey({ key, algorithm: pinned }: KeySigner): OpenedKey | RefusedSignature {
  let publicKey: KeyObject;
  try {
    publicKey = createPublicKey({ key: key.pem, format: 'pem' });
  } catch {
    return invalid('SIGNATURE_KEY_UNREADABLE', `the trusted key of ${key.origin} cannot be read`);
  }
  const { kind, bits, fingerprint } = describePublicKey(publicKey);
  if (fingerprint !== key.fingerprint) {
    return invalid(
      'SIGNATURE_KEY_FINGERPRINT',
      `the trusted key of ${key.origin} has the fingerprint ${fingerprint}, not ${key.fingerprint}`,
    );
  }
  const algorithm = pinned ?? defaultAlgorithm(kind);
  if (algorithm === undefined || (kind === 'rsa' && (bits ?? 0) < 2048)) {
    const size = bits === undefined ? '' : ` with ${bits} bits`;
    return invalid(
      'SIGNATURE_KEY_ALGORITHM',
      `signatures of a ${kind} key${size} are not verified by cosign, Zarf and UDS, and not here`,
    );
  }
  const facts = factsOfAlgorithm(algorithm);
  if (facts.kind !== kind) {
    return invalid(
      'SIGNATURE_KEY_ALGORITHM',
      `the trust policy pins ${algorithm} for the key of ${key.origin}, which is of the kind ${kind}`,
    );
  }
  return { publicKey, algorithm, facts };
}
