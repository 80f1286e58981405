import { renderSignatureBundle } from './render-signature-bundle.ts';

/** The payload type of in-toto statements. */
export const inTotoPayloadType = 'application/vnd.in-toto+json';

/** What begins every DSSE signing input, and nothing else that we sign. */
const dssePrefix = 'DSSEv1 ';

/**
 * The bytes a DSSE signature covers: both lengths in bytes.
 * @see DSSE v1.0.2, protocol.md, "Signature Definition"
 */
export function encodePreAuthentication(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `${dssePrefix}${Buffer.byteLength(payloadType)} ${payloadType} ${payload.byteLength} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** True when signing these bytes as a file would at the same time sign a statement. */
export function looksLikePreAuthentication(firstBytes: Uint8Array): boolean {
  return Buffer.from(firstBytes.subarray(0, dssePrefix.length)).toString('latin1') === dssePrefix;
}

/** A v0.3 bundle with one envelope, signed by key. */
export function renderStatementBundle(
  payload: Uint8Array,
  signature: Uint8Array,
  hint: string,
): string {
  return renderSignatureBundle(
    { signer: { kind: 'publicKey', hint } },
    { kind: 'statement', payloadType: inTotoPayloadType, payload, signature },
  );
}

/** A v0.3 bundle with a message signature by key; no log entry and no timestamp, not even empty ones. */
export function renderBlobBundle(digest: Uint8Array, signature: Uint8Array, hint: string): string {
  return renderSignatureBundle(
    { signer: { kind: 'publicKey', hint } },
    { kind: 'blob', digest, signature },
  );
}
