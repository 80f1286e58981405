import { type KeyObject, sign } from 'node:crypto';
import {
  type Certificate,
  codeSigningUsage,
  parseCertificate,
} from '../../attestation/certificate.ts';
import { parseJsonStrict } from '../../support/json-document.ts';
import { member } from '../../support/lenient-json.ts';
import type { Run } from '../../support/run.ts';
import { askService, below, type ServicePatience } from './ask-service.ts';
import type { IdentityToken } from './identity-token.ts';
import { SigningServiceError } from './service-error.ts';

const service = 'the certificate authority (Fulcio)';

/** A key of this run, which lives no longer than it. */
export interface EphemeralKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/**
 * A certificate that ties a fresh key to the identity of a token. It is of that key and for signing code; whether
 * its issuer is trusted is judged later, with the signature.
 * @throws SigningServiceError SERVICE_*
 * @see Sigstore Fulcio, API v2, signingCert
 */
export async function askCertificate(
  base: URL,
  token: IdentityToken,
  { privateKey, publicKey }: EphemeralKey,
  patience: ServicePatience,
  run: Run,
): Promise<Certificate> {
  const proof = sign('sha256', Buffer.from(token.subject), privateKey);
  const { bytes } = await askService(
    {
      service,
      url: below(base, 'api/v2/signingCert'),
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({
        credentials: { oidcIdentityToken: token.text },
        publicKeyRequest: {
          publicKey: {
            algorithm: 'ECDSA',
            content: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
          },
          proofOfPossession: proof.toString('base64'),
        },
      }),
      accepted: [200, 201],
      secrets: [token.text, ...token.text.split('.')],
    },
    patience,
    run,
  );
  const certificate = leafOf(bytes, base);
  requireOurs(certificate, publicKey, base);
  return certificate;
}

function leafOf(bytes: Uint8Array, base: URL): Certificate {
  const { value } = parseJsonStrict(bytes, { maxBytes: 2 ** 20, maxDepth: 8 });
  if (member(value, 'signedCertificateDetachedSct') !== undefined)
    throw noAnswer(base, 'it answered with a detached SCT, which no signature bundle can carry');
  const chain = member(
    member(member(value, 'signedCertificateEmbeddedSct'), 'chain'),
    'certificates',
  );
  const pem: unknown = Array.isArray(chain) ? chain[0] : undefined;
  const match =
    typeof pem === 'string'
      ? /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/.exec(pem)
      : null;
  if (match === null) throw noAnswer(base, 'its answer has no chain of certificates');
  try {
    return parseCertificate(Buffer.from(match[1] ?? '', 'base64'));
  } catch (cause) {
    throw noAnswer(base, 'its certificate cannot be read', cause);
  }
}

function requireOurs(
  { publicKey, isCa, extendedKeyUsages }: Certificate,
  ours: KeyObject,
  base: URL,
): void {
  const what = !publicKey.equals(ours)
    ? 'of another key'
    : isCa || !extendedKeyUsages.includes(codeSigningUsage)
      ? 'that is not for signing code'
      : undefined;
  if (what === undefined) return;
  throw new SigningServiceError(
    'SERVICE_CERTIFICATE',
    `${service} at ${base.origin} gave a certificate ${what}; it was not used`,
    { suggestions: [`Check that ${base.host} is your certificate authority`] },
  );
}

function noAnswer(base: URL, why: string, cause?: unknown): SigningServiceError {
  return new SigningServiceError('SERVICE_ANSWER', `${service} at ${base.origin}: ${why}`, {
    ...(cause === undefined ? {} : { cause }),
    suggestions: [`Check that ${base.host} speaks version 2 of Fulcio's interface`],
  });
}
