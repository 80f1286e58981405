import { inTotoPayloadType } from '../../src/attestation/dsse.ts';
import { renderSignatureBundle } from '../../src/attestation/render-signature-bundle.ts';

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
