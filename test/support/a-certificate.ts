import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { renderDer, renderDerSequence } from '../../src/attestation/der-writer.ts';
import { renderCertificate } from './certificate-bytes.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A certificate for a name, in DER, that holds between two days. */
export function aCertificate(name: string, from: string, to: string, authority = false): Buffer {
  return renderCertificate({
    subject: name,
    issuer: name,
    publicKey,
    signingKey: privateKey,
    notBefore: new Date(from),
    notAfter: new Date(to),
    extensions: authority
      ? [
          {
            id: '2.5.29.19',
            critical: true,
            value: renderDerSequence(renderDer(0x01, Buffer.of(0xff))),
          },
        ]
      : [],
  });
}

/** The same as text. */
export function aPem(...given: Parameters<typeof aCertificate>): string {
  const lines =
    aCertificate(...given)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** A private key as text. */
export function aKey(passphrase?: string): string {
  const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return key
    .export({
      type: 'pkcs8',
      format: 'pem',
      ...(passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }),
    })
    .toString();
}
