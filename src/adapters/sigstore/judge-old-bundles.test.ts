import { sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Bundle, bundleOf, messageOf } from '../../../test/support/certificate-bundles.ts';
import { extension, renderCertificate } from '../../../test/support/certificate-bytes.ts';
import { artifact, lab, other, signer } from '../../../test/support/certificate-lab.ts';
import { codeOf, judgedBlob } from '../../../test/support/judged-certificate.ts';
import { codeSigning, pair, signedAt } from '../../../test/support/private-instance.ts';

describe('an old bundle with a chain', () => {
  const old = (certificates: readonly Buffer[], extra: object = {}): Bundle => {
    const signature = sign('sha256', artifact, signer.privateKey);
    const { verificationMaterial } = bundleOf(signer.der, { stamps: [lab.stamp(signature)] });
    const { certificate: _, ...rest } = verificationMaterial;
    return {
      mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2',
      verificationMaterial: {
        x509CertificateChain: {
          certificates: certificates.map((der) => ({ rawBytes: der.toString('base64') })),
        },
        ...rest,
        ...extra,
      },
      messageSignature: messageOf(artifact, signature),
    };
  };
  const rootKeys = pair();
  const selfSigned = renderCertificate({
    subject: 'self',
    issuer: 'self',
    publicKey: rootKeys.publicKey,
    signingKey: rootKeys.privateKey,
    notBefore: signedAt,
    notAfter: signedAt,
    extensions: [extension.basicConstraints(true), extension.extendedKeyUsage([codeSigning])],
  });

  it.each<[string, readonly Buffer[], string]>([
    ['its leaf', [signer.der], 'valid'],
    ['its leaf and another one, which proves nothing', [signer.der, other.signer().der], 'valid'],
    ['a self-signed root along', [signer.der, selfSigned], 'invalid SIGNATURE_SELF_SIGNED'],
    ['something that is no certificate', [signer.der, Buffer.of(1)], 'invalid CERTIFICATE_DER'],
  ])('brings %s', async (_name, chain, code) => {
    expect(codeOf(await judgedBlob(old(chain), { tlogs: 0 }))).toBe(code);
  });
});
