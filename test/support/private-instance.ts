import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { trustedRootMediaType } from '../../src/attestation/trusted-root.ts';
import type { TrustedRootFile } from '../../src/ports/signature-judge.ts';
import {
  type CertificateDraft,
  extension,
  renderCertificate,
  withScts,
} from './certificate-bytes.ts';
import { renderTimestamp, type TimestampDraft } from './timestamp-bytes.ts';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const codeSigning = '1.3.6.1.5.5.7.3.3';
export const timeStamping = '1.3.6.1.5.5.7.3.8';
export const identity = {
  issuer: 'https://ci.example.org',
  san: 'https://ci.example.org/app//release.yml@refs/tags/v1',
} as const;
/** Ten minutes of a certificate, and the second at which it signed. */
export const signedAt = new Date('2026-03-01T12:05:00Z');
const leafStart = new Date('2026-03-01T12:00:00Z');
const leafEnd = new Date('2026-03-01T12:10:00Z');
const years = [new Date('2020-01-01T00:00:00Z'), new Date('2059-12-31T00:00:00Z')] as const;

/** A certificate and its key. */
export interface Signer extends KeyPair {
  readonly der: Buffer;
}

/** A Sigstore instance of one's own, with every time chosen: nothing reads a clock. */
export class PrivateInstance {
  readonly root = pair();
  readonly authority = pair();
  readonly stampRoot = pair();
  readonly stamper: KeyPair;
  readonly certificateLog = pair();
  readonly log = pair();
  readonly #name: string;

  /** @param stamper key of the timestamp authority, when it is to be of another kind */
  constructor(name = 'lab', stamper = pair()) {
    this.#name = name;
    this.stamper = stamper;
  }

  /** A signing certificate of ten minutes with one SCT. */
  signer(
    change: Partial<CertificateDraft> = {},
    scts: readonly KeyPair[] = [this.certificateLog],
  ): Signer {
    const keys = pair();
    const draft: CertificateDraft = {
      subject: 'leaf',
      issuer: `${this.#name} authority`,
      publicKey: keys.publicKey,
      notBefore: leafStart,
      notAfter: leafEnd,
      signingKey: this.authority.privateKey,
      extensions: leafExtensions(),
      ...change,
    };
    const logged =
      scts.length === 0 ? draft : withScts(draft, this.authority.publicKey, scts, leafStart);
    return { ...keys, der: renderCertificate(logged) };
  }

  /** A timestamp over a signature. */
  stamp(over: Uint8Array, change: Partial<TimestampDraft> = {}): Buffer {
    return renderTimestamp({
      over,
      time: signedAt,
      issuer: `${this.#name} stamp root`,
      serial: 9,
      key: this.stamper.privateKey,
      ...change,
    });
  }

  /** An entry of the log in JSON, with promise and proof in a tree of one. */
  logEntry(body: object, integrated = signedAt, log = this.log): Record<string, unknown> {
    const bytes = Buffer.from(canonical(body));
    const keyId = createHash('sha256').update(spkiOf(log)).digest();
    const integratedTime = Math.floor(integrated.getTime() / 1000);
    const logIndex = 42;
    const promise = canonical({
      body: bytes.toString('base64'),
      integratedTime,
      logIndex,
      logID: keyId.toString('hex'),
    });
    const rootHash = createHash('sha256').update(Buffer.of(0)).update(bytes).digest();
    const note = `log.${this.#name}.example - 1\n1\n${rootHash.toString('base64')}\n`;
    const hinted = Buffer.concat([
      keyId.subarray(0, 4),
      sign('sha256', Buffer.from(note), log.privateKey),
    ]);
    const { kind, apiVersion } = body as { kind: string; apiVersion: string };
    return {
      logIndex: `${logIndex}`,
      logId: { keyId: keyId.toString('base64') },
      kindVersion: { kind, version: apiVersion },
      integratedTime: `${integratedTime}`,
      inclusionPromise: {
        signedEntryTimestamp: sign('sha256', Buffer.from(promise), log.privateKey).toString(
          'base64',
        ),
      },
      inclusionProof: {
        logIndex: '0',
        rootHash: rootHash.toString('base64'),
        treeSize: '1',
        hashes: [],
        checkpoint: {
          envelope: `${note}\n\u2014 log.${this.#name}.example ${hinted.toString('base64')}\n`,
        },
      },
      canonicalizedBody: bytes.toString('base64'),
    };
  }

  /** `trusted_root.json`, parsed: tests change members of it. */
  rootDocument(): Record<string, unknown> {
    const ca = { publicKey: this.authority.publicKey, signingKey: this.root.privateKey };
    const chain = [
      this.#authorityCertificate('authority', 'root', ca),
      this.#authorityCertificate('root', 'root', {
        ...this.root,
        signingKey: this.root.privateKey,
      }),
    ];
    const stamping = [
      renderCertificate({
        subject: 'stamper',
        issuer: `${this.#name} stamp root`,
        serial: 9,
        publicKey: this.stamper.publicKey,
        notBefore: years[0],
        notAfter: years[1],
        signingKey: this.stampRoot.privateKey,
        extensions: [
          extension.basicConstraints(false),
          extension.keyUsage(0x80),
          extension.extendedKeyUsage([timeStamping], true),
        ],
      }),
      this.#authorityCertificate('stamp root', 'stamp root', {
        publicKey: this.stampRoot.publicKey,
        signingKey: this.stampRoot.privateKey,
      }),
    ];
    return {
      mediaType: trustedRootMediaType,
      tlogs: [this.#log(this.log)],
      ctlogs: [this.#log(this.certificateLog)],
      certificateAuthorities: [this.#authority(chain)],
      timestampAuthorities: [this.#authority(stamping)],
    };
  }

  rootFile(document: object = this.rootDocument()): TrustedRootFile {
    const bytes = Buffer.from(JSON.stringify(document));
    return {
      origin: 'trusted_root.json',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes,
    };
  }

  #authorityCertificate(
    subject: string,
    issuer: string,
    keys: Pick<CertificateDraft, 'publicKey' | 'signingKey'>,
  ): Buffer {
    return renderCertificate({
      ...keys,
      subject: `${this.#name} ${subject}`,
      issuer: `${this.#name} ${issuer}`,
      notBefore: years[0],
      notAfter: years[1],
      extensions: [extension.basicConstraints(true), extension.keyUsage(0x06)],
    });
  }

  #authority(chain: readonly Buffer[]): object {
    return {
      subject: { organization: this.#name, commonName: 'authority' },
      uri: `https://${this.#name}.example`,
      certChain: { certificates: chain.map((der) => ({ rawBytes: der.toString('base64') })) },
      validFor: { start: '2020-01-01T00:00:00Z' },
    };
  }

  #log(keys: KeyPair): object {
    const spki = spkiOf(keys);
    return {
      baseUrl: `https://log.${this.#name}.example`,
      hashAlgorithm: 'SHA2_256',
      publicKey: {
        rawBytes: spki.toString('base64'),
        keyDetails: 'PKIX_ECDSA_P256_SHA_256',
        validFor: { start: '2020-01-01T00:00:00Z' },
      },
      logId: { keyId: createHash('sha256').update(spki).digest('base64') },
    };
  }
}

/** What a signing certificate of Sigstore says. */
export function leafExtensions(): CertificateDraft['extensions'] {
  return [
    extension.keyUsage(0x80),
    extension.extendedKeyUsage([codeSigning]),
    extension.names(extension.uri(identity.san)),
    extension.issuer(identity.issuer),
  ];
}

export function pair(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function spkiOf({ publicKey }: KeyPair): Buffer {
  return publicKey.export({ format: 'der', type: 'spki' });
}

/** JSON with sorted members, as the log signs it. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
