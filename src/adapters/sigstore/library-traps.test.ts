import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { bundleFromJSON, type Bundle as LibraryBundle } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import {
  toSignedEntity,
  toTrustMaterial,
  type VerificationPolicy,
  Verifier,
} from '@sigstore/verify';
import { describe, expect, it } from 'vitest';
import {
  type Bundle,
  messageOf,
  signBlob,
  signStatement,
} from '../../../test/support/certificate-bundles.ts';
import { type CertificateDraft, extension } from '../../../test/support/certificate-bytes.ts';
import {
  identity,
  leafExtensions,
  PrivateInstance,
} from '../../../test/support/private-instance.ts';
import { encodePreAuthentication } from '../../attestation/dsse.ts';
import { describePublicKey } from '../../attestation/public-key.ts';
import type { TrustedSigner } from '../../ports/signature-judge.ts';
import { SigstoreJudge } from './signature-judge.ts';

/**
 * What the library alone lets pass, and our own code refuses: each row shows both, so that a guard
 * that is lost turns red, and one that the library has meanwhile learnt is seen.
 */
const run = { signal: new AbortController().signal };
const judge = new SigstoreJudge();
const lab = new PrivateInstance();
const artifact = Buffer.from('an archive');
const payload = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}');
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signer = lab.signer();
const stamped = (signature: Buffer) => ({ stamps: [lab.stamp(signature)] });
const byCertificate = signBlob(signer, artifact, stamped);

interface Trap {
  readonly name: string;
  readonly bundle: object | string;
  readonly kind?: 'statement';
  readonly signer: TrustedSigner;
  readonly root?: object;
  readonly policy?: VerificationPolicy;
  readonly thresholds?: { readonly timestampThreshold?: number; readonly ctlogThreshold?: number };
  readonly code: string;
}

const { pem, fingerprint } = describePublicKey(keys.publicKey);
const keySigner: TrustedSigner = { kind: 'key', name: 'k', key: { origin: 'k', pem, fingerprint } };
const identitySigner = {
  kind: 'identity',
  name: 'ci',
  issuer: identity.issuer,
  san: { kind: 'exact', text: identity.san },
  root: lab.rootFile(),
  tlogs: 0,
  scts: 1,
  timestamps: 1,
} as const satisfies TrustedSigner;
const rootWith = (change: (document: never) => void) => {
  const document = lab.rootDocument();
  change(document as never);
  return document;
};

function byKey(change: object = {}, signature = sign('sha256', artifact, keys.privateKey)): Bundle {
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: 'h' } },
    messageSignature: messageOf(artifact, signature),
    ...change,
  };
}
function statementByKey(payloadType: string, signatureMembers: object = {}): Bundle {
  const { messageSignature: _, ...rest } = byKey();
  const sig = sign('sha256', encodePreAuthentication(payloadType, payload), keys.privateKey);
  return {
    ...rest,
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType,
      signatures: [{ sig: sig.toString('base64'), ...signatureMembers }],
    },
  };
}
const digestWith = (algorithm: string, hash: string) => ({
  messageSignature: {
    messageDigest: {
      algorithm,
      digest: createHash(hash).update(artifact).digest('base64'),
    },
    signature: sign(hash, artifact, keys.privateKey).toString('base64'),
  },
});
const zeros = (() => {
  const message = messageOf(artifact, sign('sha256', artifact, keys.privateKey));
  const digest = { algorithm: 'SHA2_256', digest: Buffer.alloc(32).toString('base64') };
  return { messageSignature: { ...message, messageDigest: digest } };
})();
const [usage, signing, names, issuer] = leafExtensions();
if (usage === undefined || signing === undefined || names === undefined || issuer === undefined)
  throw new Error('four extensions');
const leafWith = (...extensions: CertificateDraft['extensions']) =>
  signBlob(lab.signer({ extensions }), artifact, stamped);
const noThreshold = { timestampThreshold: 0, ctlogThreshold: 0 };

const traps: readonly Trap[] = [
  {
    name: 'an unknown member',
    bundle: byKey({ extra: 1 }),
    signer: keySigner,
    code: 'SIGNATURE_BUNDLE_MEMBER',
  },
  {
    name: 'a member given twice',
    bundle: JSON.stringify(byKey()).replace('{"hint":"h"}', '{"hint":"g","hint":"h"}'),
    signer: keySigner,
    code: 'SIGNATURE_BUNDLE_JSON',
  },
  {
    name: 'both contents',
    bundle: {
      ...byKey(),
      dsseEnvelope: statementByKey('application/vnd.in-toto+json').dsseEnvelope,
    },
    signer: keySigner,
    code: 'SIGNATURE_BUNDLE_CONTENT',
  },
  {
    name: 'key and certificate',
    bundle: byKey({
      verificationMaterial: {
        publicKey: { hint: 'h' },
        certificate: { rawBytes: signer.der.toString('base64') },
      },
    }),
    signer: keySigner,
    code: 'SIGNATURE_BUNDLE_MATERIAL',
  },
  {
    name: 'junk in base64',
    bundle: JSON.stringify(byKey()).replace('"signature":"', '"signature":"!'),
    signer: keySigner,
    code: 'SIGNATURE_BUNDLE_BASE64',
  },
  {
    name: 'a version to come',
    bundle: byKey({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.4+json' }),
    signer: keySigner,
    code: 'SIGNATURE_BUNDLE_MEDIA_TYPE',
  },
  {
    name: 'a digest of another file',
    bundle: byKey(zeros),
    signer: keySigner,
    code: 'SIGNATURE_DIGEST',
  },
  {
    name: 'P-256 over SHA-384',
    bundle: byKey(digestWith('SHA2_384', 'sha384')),
    signer: keySigner,
    code: 'SIGNATURE_DIGEST_ALGORITHM',
  },
  {
    name: 'a payload type that is no statement',
    kind: 'statement',
    bundle: statementByKey('application/json'),
    signer: keySigner,
    code: 'SIGNATURE_PAYLOAD_TYPE',
  },
  {
    name: 'a hint as keyid, as the stock builder writes it',
    kind: 'statement',
    bundle: statementByKey('application/vnd.in-toto+json', { keyid: 'h' }),
    signer: keySigner,
    code: 'SIGNATURE_KEYID',
  },
  {
    name: 'a certificate where a key is trusted',
    bundle: byCertificate,
    signer: keySigner,
    code: 'SIGNATURE_MATERIAL_KIND',
  },
  {
    name: 'an identity as the beginning of a longer one',
    bundle: byCertificate,
    signer: { ...identitySigner, san: { kind: 'exact', text: 'https://ci.example.org/app' } },
    policy: { subjectAlternativeName: 'https://ci.example.org/app' },
    code: 'SIGNATURE_IDENTITY',
  },
  {
    name: 'a dot of an identity as any character',
    bundle: byCertificate,
    signer: { ...identitySigner, san: { kind: 'exact', text: identity.san.replaceAll(':', '.') } },
    policy: { subjectAlternativeName: identity.san.replaceAll(':', '.') },
    code: 'SIGNATURE_IDENTITY',
  },
  {
    name: 'no identity asked for',
    bundle: byCertificate,
    signer: { ...identitySigner, issuer: '', san: { kind: 'exact', text: '' } },
    code: 'SIGNATURE_IDENTITY',
  },
  {
    name: 'a certificate for clients',
    bundle: leafWith(usage, extension.extendedKeyUsage(['1.3.6.1.5.5.7.3.2']), names, issuer),
    signer: identitySigner,
    code: 'CERTIFICATE_USE',
  },
  {
    name: 'a certificate for no named use',
    bundle: leafWith(usage, names, issuer),
    signer: identitySigner,
    code: 'CERTIFICATE_USE',
  },
  {
    name: 'a certificate whose key may not sign',
    bundle: leafWith(extension.keyUsage(0x20), signing, names, issuer),
    signer: identitySigner,
    code: 'CERTIFICATE_USE',
  },
  {
    name: 'a critical extension that nobody knows',
    bundle: leafWith(usage, signing, names, issuer, {
      id: '1.2.3.4',
      critical: true,
      value: Buffer.of(5, 0),
    }),
    signer: identitySigner,
    code: 'CERTIFICATE_USE',
  },
  {
    name: 'a certificate of two names',
    bundle: leafWith(
      usage,
      signing,
      extension.names(extension.uri(identity.san), extension.uri('https://evil.example')),
      issuer,
    ),
    signer: identitySigner,
    code: 'CERTIFICATE_IDENTITY',
  },
  {
    name: 'a certificate that names two algorithms',
    bundle: signBlob(lab.signer({ innerAlgorithm: '1.2.840.10045.4.3.4' }), artifact, stamped),
    signer: identitySigner,
    code: 'CERTIFICATE_FORM',
  },
  {
    name: 'an extension twice',
    bundle: leafWith(usage, signing, names, issuer, extension.issuerBare('https://evil.example')),
    signer: identitySigner,
    code: 'CERTIFICATE_FORM',
  },
  {
    name: 'two timestamps of one authority for two',
    bundle: signBlob(signer, artifact, (s) => ({
      stamps: [lab.stamp(s), lab.stamp(s, { time: new Date('2026-03-01T12:06:00Z') })],
    })),
    signer: { ...identitySigner, timestamps: 2 },
    thresholds: { timestampThreshold: 2 },
    code: 'SIGNATURE_TIMESTAMP_COUNT',
  },
  {
    name: 'a timestamp that was not granted',
    bundle: signBlob(signer, artifact, (s) => ({ stamps: [lab.stamp(s, { status: 2 })] })),
    signer: identitySigner,
    code: 'TIMESTAMP_FORM',
  },
  {
    name: 'a timestamp of two signers',
    bundle: signBlob(signer, artifact, (s) => ({ stamps: [lab.stamp(s, { signers: 2 })] })),
    signer: identitySigner,
    code: 'TIMESTAMP_FORM',
  },
  {
    name: 'a timestamp that says it is something else',
    bundle: signBlob(signer, artifact, (s) => ({
      stamps: [lab.stamp(s, { attributeType: '1.2.840.113549.1.7.1' })],
    })),
    signer: identitySigner,
    code: 'TIMESTAMP_FORM',
  },
  {
    name: 'an attribute of a timestamp twice',
    bundle: signBlob(signer, artifact, (s) => ({
      stamps: [lab.stamp(s, { repeatAttribute: true })],
    })),
    signer: identitySigner,
    code: 'TIMESTAMP_FORM',
  },
  {
    name: 'a timestamp of version 2',
    bundle: signBlob(signer, artifact, (s) => ({ stamps: [lab.stamp(s, { infoVersion: 2 })] })),
    signer: identitySigner,
    code: 'TIMESTAMP_FORM',
  },
  {
    name: 'a log without the start of its validity',
    bundle: byCertificate,
    root: rootWith((document: { tlogs: { publicKey: { validFor: object } }[] }) => {
      for (const log of document.tlogs) log.publicKey.validFor = {};
    }),
    signer: identitySigner,
    code: 'TRUSTED_ROOT_VALIDITY',
  },
  {
    name: 'a root without a media type',
    bundle: byCertificate,
    root: rootWith((document: { mediaType?: string }) => {
      delete document.mediaType;
    }),
    signer: identitySigner,
    code: 'TRUSTED_ROOT_MEMBER',
  },
  {
    name: 'a root with an unknown member',
    bundle: byCertificate,
    root: { ...lab.rootDocument(), extra: 1 },
    signer: identitySigner,
    code: 'TRUSTED_ROOT_MEMBER',
  },
  {
    name: 'a log under the id of another',
    bundle: byCertificate,
    root: rootWith((document: { tlogs: { logId: object }[] }) => {
      for (const log of document.tlogs)
        log.logId = { keyId: Buffer.alloc(32, 1).toString('base64') };
    }),
    signer: identitySigner,
    code: 'TRUSTED_ROOT_LOG',
  },
];

/** As its README says, with thresholds and an identity where there are any. */
function libraryAlone(trap: Trap): void {
  const text = typeof trap.bundle === 'string' ? trap.bundle : JSON.stringify(trap.bundle);
  const bundle: LibraryBundle = bundleFromJSON(JSON.parse(text));
  const root = TrustedRoot.fromJSON(trap.root ?? lab.rootDocument());
  const trust = toTrustMaterial(root, () => ({ publicKey: keys.publicKey, validFor: () => true }));
  const stamps = bundle.verificationMaterial.content.$case === 'publicKey' ? noThreshold : {};
  const options = { tlogThreshold: 0, ...stamps, ...trap.thresholds };
  new Verifier(trust, options).verify(toSignedEntity(bundle, artifact), trap.policy);
}

describe('what the library alone lets pass', () => {
  it.each(traps)('$name: $code', async (trap) => {
    expect(() => libraryAlone(trap)).not.toThrow();
    const text = typeof trap.bundle === 'string' ? trap.bundle : JSON.stringify(trap.bundle);
    const signers: TrustedSigner[] = [
      trap.root !== undefined && trap.signer.kind === 'identity'
        ? { ...trap.signer, root: lab.rootFile(trap.root) }
        : trap.signer,
    ];
    const bytes = Buffer.from(text);
    const judged =
      trap.kind === 'statement'
        ? await judge.judgeStatement(bytes, signers, run)
        : await judge.judgeBlob(bytes, { kind: 'bytes', bytes: artifact }, signers, run);
    expect(judged).toMatchObject({ code: trap.code });
    expect(judged.outcome).not.toBe('valid');
  });

  it('and what it refuses of good ones: the honest rows of both', async () => {
    for (const [bundle, by] of [
      [byKey(), keySigner],
      [byCertificate, identitySigner],
    ] as const) {
      expect(() => libraryAlone({ name: '', bundle, signer: by, code: '' })).not.toThrow();
      const signed = { kind: 'bytes', bytes: artifact } as const;
      expect(
        await judge.judgeBlob(Buffer.from(JSON.stringify(bundle)), signed, [by], run),
      ).toMatchObject({ outcome: 'valid' });
    }
  });

  it('a statement about another file: subjects are compared by whoever asked', async () => {
    const bundle = signStatement(signer, payload, stamped);
    expect(() =>
      libraryAlone({ name: '', bundle, signer: identitySigner, code: '' }),
    ).not.toThrow();
    const judged = await judge.judgeStatement(
      Buffer.from(JSON.stringify(bundle)),
      [identitySigner],
      run,
    );
    expect(judged).toMatchObject({ outcome: 'valid', statement: { payload } });
  });
});

describe('what the library alone cannot say', () => {
  const ed25519 = generateKeyPairSync('ed25519');
  it('a certificate without any time is no type error', async () => {
    const bundle = signBlob(signer, artifact);
    expect(() =>
      libraryAlone({ name: '', bundle, signer: identitySigner, thresholds: noThreshold, code: '' }),
    ).toThrow(TypeError);
    const signed = { kind: 'bytes', bytes: artifact } as const;
    const asked = { ...identitySigner, timestamps: 0, scts: 0 };
    expect(
      await judge.judgeBlob(Buffer.from(JSON.stringify(bundle)), signed, [asked], run),
    ).toMatchObject({ outcome: 'invalid', code: 'SIGNATURE_NO_TIME' });
  });

  it('an Ed25519 signature over a file is one', async () => {
    const signature = sign(null, artifact, ed25519.privateKey);
    const facts = describePublicKey(ed25519.publicKey);
    const key: TrustedSigner = { kind: 'key', name: 'k', key: { origin: 'k', ...facts } };
    const bytes = Buffer.from(JSON.stringify(byKey({}, signature)));
    expect(
      await judge.judgeBlob(bytes, { kind: 'bytes', bytes: artifact }, [key], run),
    ).toMatchObject({ outcome: 'valid' });
  });
});
