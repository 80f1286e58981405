import { CertificateError } from './attestation-error.ts';
import { type Certificate, codeSigningUsage } from './certificate.ts';

/** Whom a signing certificate names: who vouched for whom. */
export interface SignerIdentity {
  /** OIDC issuer. */
  readonly issuer: string;
  /** The one subject alternative name. */
  readonly san: string;
}

/**
 * The identity of a certificate that may sign artifacts; says nothing of who issued it.
 * @throws CertificateError CERTIFICATE_USE, CERTIFICATE_IDENTITY
 * @see Fulcio, certificate-specification.md
 */
export function identityOf(certificate: Certificate): SignerIdentity {
  checkUse(certificate);
  const [name, ...others] = certificate.subjectAltNames;
  if (name === undefined || others.length > 0 || name.kind === 'other') {
    throw new CertificateError(
      'CERTIFICATE_IDENTITY',
      `the certificate has ${certificate.subjectAltNames.length} subject alternative names; exactly one, a URI, an e-mail address or a user name, is judged`,
    );
  }
  if (certificate.oidcIssuer === undefined) {
    throw new CertificateError(
      'CERTIFICATE_IDENTITY',
      'the certificate does not say who authenticated its subject (extension 1.3.6.1.4.1.57264.1.8)',
    );
  }
  return { issuer: certificate.oidcIssuer, san: name.text };
}

/**
 * A pattern of policy that must match the whole text. `undefined` when it is no regular expression.
 * Unanchored patterns let `https://github.com/org` pass for every longer name.
 */
export function wholeTextPattern(pattern: string): RegExp | undefined {
  try {
    // On its own first: `a)|(b` would leave the group that anchors it.
    const { source } = new RegExp(pattern, 'u');
    return new RegExp(`^(?:${source})$`, 'u');
  } catch {
    return undefined;
  }
}

/** An authority issues for many uses; only these certificates are for signing artifacts. */
function checkUse(certificate: Certificate): void {
  const { extendedKeyUsages, keyUsage, unknownCritical, isCa } = certificate;
  if (isCa) throw use('it is of an authority, not of a signer');
  if (!extendedKeyUsages.includes(codeSigningUsage))
    throw use(
      `its extended key usage is ${extendedKeyUsages.join(', ') || 'absent'}, not code signing (${codeSigningUsage})`,
    );
  if (keyUsage !== undefined && !keyUsage.includes('digitalSignature'))
    throw use('its key usage does not allow signatures');
  if (unknownCritical.length > 0)
    throw use(`its critical extension ${unknownCritical[0]} is not understood`);
}

function use(problem: string): CertificateError {
  return new CertificateError('CERTIFICATE_USE', `the certificate may not sign this: ${problem}`);
}
