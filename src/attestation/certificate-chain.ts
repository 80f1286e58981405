import type { Certificate } from './certificate.ts';
import { isIssuedBy } from './certificate-path.ts';
import { renderDistinguishedName } from './distinguished-name.ts';
import type { TrustedAuthority } from './trusted-root.ts';
import { sha256Of } from './verify-key-signature.ts';

/** One certificate of a chain that was verified. Times are UTC, ISO 8601. */
export interface ChainCertificate {
  /** Distinguished name; empty where the certificate names its subject otherwise. @see RFC 4514 */
  readonly subject: string;
  readonly issuer: string;
  /** Lower-case hex. */
  readonly serialNumber: string;
  /** SHA-256 of its DER, lower-case hex. */
  readonly sha256: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** Who vouches for the time of a signature. */
export interface StampedBy {
  /** UTC, ISO 8601; verified. */
  readonly time: string;
  readonly kind: 'timestamp-authority' | 'transparency-log';
  /** As the trusted root calls it: the subject of the authority's certificate, the address of the log. */
  readonly name: string;
}

/**
 * The one chain from a leaf to the root of an authority. Undefined where several fit, or none does by
 * itself: which one counted cannot be told then.
 * @param holds whether the leaf is verified, at all its times, where this authority is the only one
 */
export function chainOf(
  leaf: Certificate,
  authorities: readonly TrustedAuthority[],
  holds: (authority: TrustedAuthority) => boolean,
): readonly Certificate[] | undefined {
  const chains = new Map<string, readonly Certificate[]>();
  for (const { chain, validFor } of authorities)
    for (const [index, issuer] of chain.entries()) {
      const rest = chain.slice(index);
      if (isIssuedBy(leaf, issuer) && holds({ chain: rest, validFor }))
        chains.set(rest.map(fingerprintOf).join(' '), [leaf, ...rest]);
    }
  const [only, ...others] = chains.values();
  return others.length === 0 ? only : undefined;
}

/** What people compare of a certificate. @param utc renders a time */
export function toChainCertificate(
  certificate: Certificate,
  utc: (time: Date) => string,
): ChainCertificate {
  return {
    subject: renderDistinguishedName(certificate.subjectName),
    issuer: renderDistinguishedName(certificate.issuerName),
    serialNumber: Buffer.from(certificate.serialNumber).toString('hex'),
    sha256: fingerprintOf(certificate),
    notBefore: utc(certificate.notBefore),
    notAfter: utc(certificate.notAfter),
  };
}

function fingerprintOf({ der }: Certificate): string {
  return Buffer.from(sha256Of(der)).toString('hex');
}
