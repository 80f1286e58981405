import { createHash, X509Certificate } from 'node:crypto';

/** What the log stores of a signature over a file. */
export function hashedRekord(artifact: Uint8Array, signature: Uint8Array, der: Uint8Array): object {
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: {
        hash: { algorithm: 'sha256', value: createHash('sha256').update(artifact).digest('hex') },
      },
      signature: {
        content: Buffer.from(signature).toString('base64'),
        publicKey: { content: Buffer.from(new X509Certificate(der).toString()).toString('base64') },
      },
    },
  };
}

/** The same in the second version of the log. */
export function hashedRekordOfVersion2(
  artifact: Uint8Array,
  signature: Uint8Array,
  der: Uint8Array,
): object {
  return {
    apiVersion: '0.0.2',
    kind: 'hashedrekord',
    spec: {
      hashedRekordV002: {
        data: {
          algorithm: 'SHA2_256',
          digest: createHash('sha256').update(artifact).digest('base64'),
        },
        signature: {
          content: Buffer.from(signature).toString('base64'),
          verifier: {
            keyDetails: 'PKIX_ECDSA_P256_SHA_256',
            x509Certificate: { rawBytes: Buffer.from(der).toString('base64') },
          },
        },
      },
    },
  };
}

/** What the log stores of a statement. */
export function dsseRecord(payload: Uint8Array, signature: Uint8Array, der: Uint8Array): object {
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: { algorithm: 'sha256', value: '0'.repeat(64) },
      payloadHash: {
        algorithm: 'sha256',
        value: createHash('sha256').update(payload).digest('hex'),
      },
      signatures: [
        {
          signature: Buffer.from(signature).toString('base64'),
          verifier: Buffer.from(new X509Certificate(der).toString()).toString('base64'),
        },
      ],
    },
  };
}
