import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { type Bundle, messageOf } from '../../support/certificate-bundles.ts';
import { artifact, full, lab, other } from '../../support/certificate-lab.ts';
import type { VerdictRow } from './verdict-row.ts';

/** The key that is trusted. */
export const signingKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keySignature = sign('sha256', artifact, signingKeys.privateKey);
const byKey = (change: object = {}): Bundle => ({
  mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  verificationMaterial: { publicKey: { hint: 'h' } },
  messageSignature: messageOf(artifact, keySignature),
  ...change,
});
const stampedKey = (...stamps: readonly Buffer[]): Bundle =>
  byKey({
    verificationMaterial: {
      publicKey: { hint: 'h' },
      timestampVerificationData: {
        rfc3161Timestamps: stamps.map((stamp) => ({ signedTimestamp: stamp.toString('base64') })),
      },
    },
  });

/** Bundles where a key is trusted. */
export const keyRows: readonly VerdictRow[] = [
  { name: 'a key', bundle: byKey(), demand: 'key', cosign: 'accept', ours: 'accept' },
  {
    name: 'a key and its timestamp',
    bundle: stampedKey(lab.stamp(keySignature)),
    demand: 'key+stamp',
    cosign: 'accept',
    ours: 'accept',
  },
  {
    name: 'a key and a foreign timestamp',
    bundle: stampedKey(other.stamp(keySignature)),
    demand: 'key+stamp',
    cosign: 'reject',
    ours: 'SIGNATURE_TIMESTAMP_AUTHORITY',
  },
  {
    name: 'a key and no timestamp',
    bundle: byKey(),
    demand: 'key+stamp',
    cosign: 'reject',
    ours: 'SIGNATURE_TIMESTAMP_COUNT',
  },
  {
    name: 'a certificate where a key is trusted',
    bundle: full,
    demand: 'key',
    cosign: 'reject',
    ours: 'SIGNATURE_MATERIAL_KIND',
  },
  {
    name: 'a digest of SHA-512 over a signature with SHA-256',
    bundle: byKey({
      messageSignature: {
        ...messageOf(artifact, keySignature),
        messageDigest: {
          algorithm: 'SHA2_512',
          digest: createHash('sha512').update(artifact).digest('base64'),
        },
      },
    }),
    demand: 'key',
    cosign: 'accept',
    ours: 'SIGNATURE_DIGEST_ALGORITHM',
    stricter: 'the digest is of the algorithm that signs',
  },
  {
    name: 'no digest',
    bundle: byKey({ messageSignature: { signature: keySignature.toString('base64') } }),
    demand: 'key',
    cosign: 'reject',
    ours: 'SIGNATURE_DIGEST_MISSING',
  },
  {
    name: 'names with underscores',
    bundle: JSON.stringify(byKey()).replace('mediaType', 'media_type'),
    demand: 'key',
    cosign: 'accept',
    ours: 'SIGNATURE_BUNDLE_MEMBER',
    stricter: 'one spelling',
  },
  {
    name: 'base64 without padding',
    bundle: JSON.stringify(byKey()).replaceAll('="', '"').replaceAll('="', '"'),
    demand: 'key',
    cosign: 'accept',
    ours: 'SIGNATURE_BUNDLE_BASE64',
    stricter: 'one spelling',
  },
  {
    name: 'v0.3.1',
    bundle: byKey({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3.1+json' }),
    demand: 'key',
    cosign: 'accept',
    ours: 'SIGNATURE_BUNDLE_MEDIA_TYPE',
    stricter: 'versions that exist',
  },
  {
    name: 'v0.4',
    bundle: byKey({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.4+json' }),
    demand: 'key',
    cosign: 'reject',
    ours: 'SIGNATURE_BUNDLE_MEDIA_TYPE',
  },
];
