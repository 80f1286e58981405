import { createHash, sign } from 'node:crypto';
import { encodePreAuthentication, inTotoPayloadType } from '../../src/attestation/dsse.ts';
import type { SignatureEvidence } from '../../src/policy/trust/signature-evidence.ts';
import { testKeys } from './a-trust-policy.ts';

type KeyName = keyof typeof testKeys;

/** A signature that holds under a signer of a test policy. */
export function heldBy(
  signer: string,
  more: {
    readonly party?: string;
    readonly location?: string;
    readonly stampedTimes?: readonly string[];
    readonly also?: readonly string[];
    readonly certificateEnds?: string;
  } = {},
): SignatureEvidence {
  const { party = `key:${signer}`, location = `${signer}.sig`, stampedTimes = [] } = more;
  const ends = more.certificateEnds === undefined ? {} : { certificateEnds: more.certificateEnds };
  return {
    location,
    form: 'detached',
    covers: 'every byte of the archive',
    result: {
      outcome: 'valid',
      by: [signer, ...(more.also ?? [])].map((name) => ({
        signer: name,
        party,
        stampedTimes,
        ...ends,
      })),
      warnings: [],
    },
  };
}

/** A signature that does not hold. */
export function refused(
  code = 'SIGNATURE_MISMATCH',
  outcome: 'invalid' | 'undecided' = 'invalid',
  location = 'bad.sig',
): SignatureEvidence {
  const result = { outcome, code, reason: `refused for ${code}` } as const;
  return { location, form: 'detached', covers: 'every byte of the archive', result };
}

/** A signature bundle over these bytes by a key of the test. */
export function blobSignature(bytes: Uint8Array, by: KeyName): Buffer {
  const digest = createHash('sha256').update(bytes).digest('base64');
  return Buffer.from(
    JSON.stringify({
      ...head(by),
      messageSignature: {
        messageDigest: { algorithm: 'SHA2_256', digest },
        signature: sign('sha256', bytes, testKeys[by].privateKey).toString('base64'),
      },
    }),
  );
}

/** A signed statement by a key of the test, on a line of its own. */
export function statementSignature(payload: Uint8Array | string, by: KeyName): string {
  const bytes = Buffer.from(payload);
  const message = encodePreAuthentication(inTotoPayloadType, bytes);
  const sig = sign('sha256', message, testKeys[by].privateKey).toString('base64');
  return `${JSON.stringify({
    ...head(by),
    dsseEnvelope: {
      payload: bytes.toString('base64'),
      payloadType: inTotoPayloadType,
      signatures: [{ sig }],
    },
  })}\n`;
}

function head(by: KeyName) {
  const hint = Buffer.from(testKeys[by].fingerprint, 'hex').toString('base64');
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint } },
  };
}
