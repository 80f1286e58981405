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
