import { createHash, sign } from 'node:crypto';
import { encodePreAuthentication, inTotoPayloadType } from '../../src/attestation/dsse.ts';
import type { Signer } from './private-instance.ts';

/** What lies beside a signature. */
export interface Beside {
  readonly stamps?: readonly Buffer[];
  readonly entries?: readonly object[];
}

/** A v0.3 bundle over a file by a certificate; what lies beside is made for its signature. */
export function signBlob(
  signer: Signer,
  artifact: Uint8Array,
  beside: (signature: Buffer) => Beside = () => ({}),
): Bundle {
  const signature = sign('sha256', artifact, signer.privateKey);
  return {
    ...bundleOf(signer.der, beside(signature)),
    messageSignature: messageOf(artifact, signature),
  };
}

/** The same over a statement. */
export function signStatement(
  signer: Signer,
  payload: Uint8Array,
  beside: (signature: Buffer) => Beside = () => ({}),
): Bundle {
  const signature = sign(
    'sha256',
    encodePreAuthentication(inTotoPayloadType, payload),
    signer.privateKey,
  );
  return {
    ...bundleOf(signer.der, beside(signature)),
    dsseEnvelope: {
      payload: Buffer.from(payload).toString('base64'),
      payloadType: inTotoPayloadType,
      signatures: [{ sig: signature.toString('base64') }],
    },
  };
}

/** A bundle as JSON, for tests to change. */
export interface Bundle {
  readonly mediaType: string;
  readonly verificationMaterial: Readonly<Record<string, unknown>>;
  readonly messageSignature?: object;
  readonly dsseEnvelope?: object;
}

export function messageOf(artifact: Uint8Array, signature: Uint8Array): object {
  return {
    messageDigest: {
      algorithm: 'SHA2_256',
      digest: createHash('sha256').update(artifact).digest('base64'),
    },
    signature: Buffer.from(signature).toString('base64'),
  };
}

/** Everything of a bundle but its content. */
export function bundleOf(der: Uint8Array, beside: Beside): Bundle {
  const { stamps = [], entries = [] } = beside;
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes: Buffer.from(der).toString('base64') },
      ...(entries.length === 0 ? {} : { tlogEntries: entries }),
      ...(stamps.length === 0
        ? {}
        : {
            timestampVerificationData: {
              rfc3161Timestamps: stamps.map((stamp) => ({
                signedTimestamp: stamp.toString('base64'),
              })),
            },
          }),
    },
  };
}
