import { createHash, type KeyObject } from 'node:crypto';
import { encodePreAuthentication, inTotoPayloadType } from '../../attestation/dsse.ts';
import {
  type AlgorithmFacts,
  factsOfAlgorithm,
  type SignatureAlgorithm,
} from '../../attestation/signature-algorithm.ts';
import type { SignatureContent } from '../../attestation/signature-bundle.ts';
import {
  type SignedContent,
  sha256Of,
  verifySignature,
} from '../../attestation/verify-key-signature.ts';
import { hexOf } from '../../oci/digest.ts';
import type {
  RefusedSignature,
  SignedArtifact,
  ValidSignature,
} from '../../ports/signature-judge.ts';
import { invalid, undecided } from './refusal.ts';

/** What a bundle's signature was claimed to cover, once its form fits the question that is asked. */
export interface JudgedContent {
  readonly signed: SignedContent;
  readonly signature: Uint8Array;
  readonly digest?: { readonly algorithm: string; readonly bytes: Uint8Array };
  readonly statement?: NonNullable<ValidSignature['statement']>;
  /** A signature alone, without a bundle around it: it declares no digest. */
  readonly bare?: boolean;
}

/** A file, by its bytes or their digest: the bundle must hold a message signature. */
export function contentOfBlob(
  content: SignatureContent,
  artifact: SignedArtifact,
): JudgedContent | RefusedSignature {
  if (content.kind !== 'messageSignature') {
    return invalid(
      'SIGNATURE_CONTENT',
      'the bundle holds a statement in an envelope where a signature over the file is expected',
    );
  }
  const { signature, digest } = content;
  return { signed: signedBy(artifact), signature, ...(digest === undefined ? {} : { digest }) };
}

/** A statement: the bundle must hold an envelope of the in-toto payload type without a keyid. */
export function contentOfStatement(content: SignatureContent): JudgedContent | RefusedSignature {
  if (content.kind !== 'dsseEnvelope') {
    return invalid(
      'SIGNATURE_CONTENT',
      'the bundle holds a signature over a file where a statement in an envelope is expected',
    );
  }
  const { payloadType, payload, keyid, signature } = content.envelope;
  if (payloadType !== inTotoPayloadType) {
    return invalid(
      'SIGNATURE_PAYLOAD_TYPE',
      `the payload type is '${payloadType.slice(0, 100)}', expected ${inTotoPayloadType}`,
    );
  }
  if (keyid !== '') {
    return invalid(
      'SIGNATURE_KEYID',
      'the envelope names a keyid, which cosign refuses; it must be empty',
    );
  }
  return {
    signed: { bytes: encodePreAuthentication(payloadType, payload) },
    signature,
    statement: { payloadType, payload },
  };
}

/**
 * Compares the digest that the bundle declares with the file: algorithm first, value second. Nothing
 * else ties a bundle to a file before its signature is looked at.
 */
function compareDigest(
  { signed, digest, statement, bare }: JudgedContent,
  algorithm: AlgorithmFacts,
  { pinned }: { readonly pinned: boolean },
): RefusedSignature | undefined {
  if (statement !== undefined || bare === true) return undefined;
  if (digest === undefined) {
    // A signature over the whole message needs no digest; every other one is made over it. The programs
    // that deploy ask for one all the same, so only who pinned the algorithm goes without.
    const wholeMessage = algorithm.hash === undefined;
    if (wholeMessage && pinned) return undefined;
    return invalid(
      'SIGNATURE_DIGEST_MISSING',
      `the bundle does not say of which digest the signed file is; cosign, Zarf and UDS refuse it too${wholeMessage ? `; a trust policy that pins the algorithm ${algorithm.kind} for this key accepts it here` : ''}`,
    );
  }
  if (digest.algorithm !== algorithm.digest) {
    return invalid(
      'SIGNATURE_DIGEST_ALGORITHM',
      `the bundle declares ${digest.algorithm}; ${wantedDigest(algorithm, digest.algorithm)}`,
    );
  }
  const actual = digestOf(signed, algorithm.digest);
  if (actual === undefined) return needsContent(algorithm);
  if (actual.equals(digest.bytes)) return undefined;
  const name = algorithm.digest.replace('SHA2_', 'SHA-');
  return invalid(
    'SIGNATURE_DIGEST',
    `the bundle is about a file with ${name} ${hex(digest.bytes)}, this one has ${hex(actual)}`,
  );
}

function wantedDigest({ kind, digest }: AlgorithmFacts, declared: string): string {
  if (digest !== 'SHA2_256') return `the trust policy demands ${digest}`;
  const pin = `${kind}-${declared.replace('SHA2_', 'sha')}`;
  const own = ['ecdsa-p384-sha384', 'ecdsa-p521-sha512'].includes(pin);
  return `cosign, Zarf and UDS verify with SHA-256 only${own ? `; a trust policy that pins the algorithm ${pin} for this key accepts it here` : ''}`;
}

/** Whether the signature is one over the content with this key; a refusal where that cannot be said, or the digest is another. */
export function holdsUnder(
  {
    publicKey,
    algorithm,
  }: { readonly publicKey: KeyObject; readonly algorithm: SignatureAlgorithm },
  content: JudgedContent,
  { pinned }: { readonly pinned: boolean },
): boolean | RefusedSignature {
  const facts = factsOfAlgorithm(algorithm);
  const refused = compareDigest(content, facts, { pinned });
  if (refused !== undefined) return refused;
  const holds = verifySignature(publicKey, algorithm, content.signed, content.signature);
  return holds === 'needs-bytes' ? needsContent(facts) : holds;
}

/** Only the SHA-256 of the file is known, and the algorithm signs something else. */
function needsContent({ kind, hash }: AlgorithmFacts): RefusedSignature {
  return undecided(
    'SIGNATURE_NEEDS_CONTENT',
    `a ${kind} signature ${hash === undefined ? 'over the whole file' : `with ${hash}`} cannot be judged by the SHA-256 of a file that is too large to be kept; sign such files with P-256 or RSA`,
  );
}

/** What a report says of an algorithm that other programs do not make or do not verify. */
export function unusualAlgorithm(
  algorithm: SignatureAlgorithm,
): Pick<ValidSignature, 'unusualAlgorithm'> {
  const { elsewhere } = factsOfAlgorithm(algorithm);
  return elsewhere === undefined ? {} : { unusualAlgorithm: `made with ${elsewhere}` };
}

/** A detached signature over a file. */
export function signedBy(artifact: SignedArtifact): SignedContent {
  return artifact.kind === 'bytes'
    ? { bytes: artifact.bytes }
    : { sha256: Buffer.from(hexOf(artifact.digest), 'hex') };
}

function digestOf(signed: SignedContent, algorithm: AlgorithmFacts['digest']): Buffer | undefined {
  if ('bytes' in signed)
    return createHash(algorithm.replace('SHA2_', 'sha')).update(signed.bytes).digest();
  return algorithm === 'SHA2_256' ? Buffer.from(signed.sha256) : undefined;
}

/** SHA-256 of what was signed. */
export function sha256OfContent(signed: SignedContent): Uint8Array {
  return 'bytes' in signed ? sha256Of(signed.bytes) : signed.sha256;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
