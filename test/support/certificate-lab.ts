import { type Beside, type Bundle, signBlob } from './certificate-bundles.ts';
import type { CertificateDraft } from './certificate-bytes.ts';
import { hashedRekord } from './log-records.ts';
import { leafExtensions, PrivateInstance, type Signer } from './private-instance.ts';

/** The instance that is trusted, and one that nobody trusts. */
export const lab = new PrivateInstance();
export const other = new PrivateInstance('other');

/** What is signed, and by whom where nothing else is said. */
export const artifact = Buffer.from('an archive');
export const signer = lab.signer();

/** Timestamp and log entry of the trusted instance. */
export const everything =
  (by: Signer) =>
  (signature: Buffer): Beside => ({
    stamps: [lab.stamp(signature)],
    entries: [lab.logEntry(hashedRekord(artifact, signature, by.der))],
  });

/** A bundle with SCT, timestamp and log entry. */
export const full = signBlob(signer, artifact, everything(signer));

/** The same signature with other evidence beside it. */
export const beside = (make: (signature: Buffer) => Beside): Bundle =>
  signBlob(signer, artifact, make);

/** The log entry of a signature by the usual signer. */
export const entry = (signature: Buffer) =>
  lab.logEntry(hashedRekord(artifact, signature, signer.der));

/** A complete bundle by another certificate of the trusted authority. */
export const withLeaf = (
  change: Partial<CertificateDraft>,
  scts = [lab.certificateLog],
): Bundle => {
  const by = lab.signer(change, scts);
  return signBlob(by, artifact, everything(by));
};

/** The same, its certificate with these extensions and no others. */
export const leafWith = (...extensions: CertificateDraft['extensions']): Bundle =>
  withLeaf({ extensions });

const [usage, signing, names, issuer] = leafExtensions();
if (usage === undefined || signing === undefined || names === undefined || issuer === undefined)
  throw new Error('four extensions');

/** The extensions that a certificate of the trusted authority has. */
export const leaf = { usage, signing, names, issuer } as const;
