import { signatureBundleMediaType } from './signature-bundle.ts';

/** A log entry as bundles carry it; 64-bit integers are texts. @see sigstore protobuf-specs, sigstore_rekor.proto */
export interface BundleLogEntry {
  readonly logIndex: string;
  readonly logId: { readonly keyId: string };
  readonly kindVersion: { readonly kind: string; readonly version: string };
  readonly integratedTime: string;
  readonly inclusionPromise?: { readonly signedEntryTimestamp: string };
  readonly inclusionProof: {
    readonly logIndex: string;
    readonly rootHash: string;
    readonly treeSize: string;
    readonly hashes: readonly string[];
    readonly checkpoint: { readonly envelope: string };
  };
  readonly canonicalizedBody: string;
}

/** Who signed, with what beside the signature proves it. */
export interface BundleMaterial {
  readonly signer:
    | { readonly kind: 'publicKey'; readonly hint: string }
    | { readonly kind: 'certificate'; readonly der: Uint8Array };
  readonly logEntry?: BundleLogEntry;
  /** Replies of RFC 3161 over the signature. */
  readonly timestamps?: readonly Uint8Array[];
}

/** What was signed, and the signature. */
export type BundleContent =
  | { readonly kind: 'blob'; readonly digest: Uint8Array; readonly signature: Uint8Array }
  | {
      readonly kind: 'statement';
      readonly payloadType: string;
      readonly payload: Uint8Array;
      readonly signature: Uint8Array;
    };

/**
 * A bundle of version 0.3 as JSON text. What is not there is left out, as other writers do: an empty list would
 * be another file.
 * @see sigstore protobuf-specs, sigstore_bundle.proto
 */
export function renderSignatureBundle(
  { signer, logEntry, timestamps = [] }: BundleMaterial,
  content: BundleContent,
): string {
  return JSON.stringify({
    mediaType: signatureBundleMediaType,
    verificationMaterial: {
      ...(signer.kind === 'publicKey'
        ? { publicKey: { hint: signer.hint } }
        : { certificate: { rawBytes: base64(signer.der) } }),
      ...(logEntry === undefined ? {} : { tlogEntries: [logEntry] }),
      ...(timestamps.length === 0
        ? {}
        : {
            timestampVerificationData: {
              rfc3161Timestamps: timestamps.map((reply) => ({ signedTimestamp: base64(reply) })),
            },
          }),
    },
    ...contentOf(content),
  });
}

function contentOf(content: BundleContent): object {
  const signature = base64(content.signature);
  if (content.kind === 'blob') {
    return {
      messageSignature: {
        messageDigest: { algorithm: 'SHA2_256', digest: base64(content.digest) },
        signature,
      },
    };
  }
  // keyid is left out: cosign refuses an envelope whose keyid is the hint.
  return {
    dsseEnvelope: {
      payload: base64(content.payload),
      payloadType: content.payloadType,
      signatures: [{ sig: signature }],
    },
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
