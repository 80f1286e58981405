import { X509Certificate } from 'node:crypto';
import type { Certificate } from './certificate.ts';

/** True when names fit and the issuer's key made the signature. Says nothing of time or use. */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  if (!Buffer.from(certificate.issuerName).equals(issuer.subjectName)) return false;
  try {
    return new X509Certificate(certificate.der).verify(issuer.publicKey);
  } catch {
    return false;
  }
}
