import { createHash, type KeyObject, sign } from 'node:crypto';
import {
  renderDer,
  renderDerInteger,
  renderDerOid,
  renderDerSequence,
} from '../../src/attestation/der-writer.ts';

const seq = renderDerSequence;
const oid = renderDerOid;

export interface Extension {
  readonly id: string;
  readonly critical?: boolean;
  readonly value: Uint8Array;
}

/** Everything a certificate says; what a test changes makes it hostile. */
export interface CertificateDraft {
  readonly subject: string;
  readonly issuer: string;
  readonly serial?: number;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Extension[];
  readonly signingKey: KeyObject;
  /** Object identifier inside the part that is signed, when it is to differ from the one outside. */
  readonly innerAlgorithm?: string;
  readonly hash?: 'sha256' | 'sha384' | 'sha512';
}

const ecdsaWith = {
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
} as const;

/** A certificate of version 3 in DER, signed by ECDSA. */
export function renderCertificate(draft: CertificateDraft): Buffer {
  const { hash = 'sha256' } = draft;
  const tbs = renderTbs(draft);
  return Buffer.from(seq(tbs, seq(oid(ecdsaWith[hash])), bits(sign(hash, tbs, draft.signingKey))));
}

/** The part that is signed. */
function renderTbs(draft: CertificateDraft): Uint8Array {
  const { hash = 'sha256', innerAlgorithm = ecdsaWith[hash], serial = 7 } = draft;
  return seq(
    renderDer(0xa0, renderDerInteger(Buffer.of(2))),
    renderDerInteger(Buffer.of(serial)),
    seq(oid(innerAlgorithm)),
    distinguishedName(draft.issuer),
    seq(validityTime(draft.notBefore), validityTime(draft.notAfter)),
    distinguishedName(draft.subject),
    draft.publicKey.export({ format: 'der', type: 'spki' }),
    renderDer(0xa3, seq(...draft.extensions.map(renderExtension))),
  );
}

export const extension = {
  basicConstraints: (ca: boolean): Extension => ({
    id: '2.5.29.19',
    critical: true,
    value: ca ? seq(renderDer(0x01, Buffer.of(0xff))) : seq(),
  }),
  /** 0x80 is digitalSignature, 0x06 keyCertSign and cRLSign. */
  keyUsage: (byte: number): Extension => {
    const unused = 31 - Math.clz32(byte & -byte);
    return { id: '2.5.29.15', critical: true, value: renderDer(0x03, Buffer.of(unused, byte)) };
  },
  extendedKeyUsage: (ids: readonly string[], critical = false): Extension => ({
    id: '2.5.29.37',
    critical,
    value: seq(...ids.map(oid)),
  }),
  names: (...names: readonly Uint8Array[]): Extension => ({
    id: '2.5.29.17',
    value: seq(...names),
  }),
  uri: (text: string): Uint8Array => renderDer(0x86, Buffer.from(text)),
  mail: (text: string): Uint8Array => renderDer(0x81, Buffer.from(text)),
  userName: (text: string): Uint8Array =>
    renderDer(
      0xa0,
      oid('1.3.6.1.4.1.57264.1.7'),
      renderDer(0xa0, renderDer(0x0c, Buffer.from(text))),
    ),
  issuer: (text: string): Extension => ({
    id: '1.3.6.1.4.1.57264.1.8',
    value: renderDer(0x0c, Buffer.from(text)),
  }),
  issuerBare: (text: string): Extension => ({
    id: '1.3.6.1.4.1.57264.1.1',
    value: Buffer.from(text),
  }),
} as const;

/** The certificate with proofs of certificate logs about it. @see RFC 6962 §3.2, §3.3 */
export function withScts(
  draft: CertificateDraft,
  issuerKey: KeyObject,
  logs: readonly { readonly publicKey: KeyObject; readonly privateKey: KeyObject }[],
  time: Date,
): CertificateDraft {
  const tbs = renderTbs(draft);
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(time.getTime()));
  const issuerHash = sha256(issuerKey.export({ format: 'der', type: 'spki' }));
  const signed = Buffer.concat([
    Buffer.of(0, 0),
    stamp,
    Buffer.of(0, 1),
    issuerHash,
    length(3, tbs.byteLength),
    tbs,
    Buffer.of(0, 0),
  ]);
  const scts = logs.map(({ publicKey, privateKey }) => {
    const signature = sign('sha256', signed, privateKey);
    const sct = Buffer.concat([
      Buffer.of(0),
      sha256(publicKey.export({ format: 'der', type: 'spki' })),
      stamp,
      Buffer.of(0, 0, 4, 3),
      length(2, signature.byteLength),
      signature,
    ]);
    return Buffer.concat([length(2, sct.byteLength), sct]);
  });
  const list = Buffer.concat(scts);
  const value = renderDer(0x04, length(2, list.byteLength), list);
  return {
    ...draft,
    extensions: [...draft.extensions, { id: '1.3.6.1.4.1.11129.2.4.2', value }],
  };
}

/** CN only. */
export function distinguishedName(commonName: string): Uint8Array {
  return seq(renderDer(0x31, seq(oid('2.5.4.3'), renderDer(0x0c, Buffer.from(commonName)))));
}

/** Whole seconds, or with the digits of a fraction that are given. */
export function generalizedTime(time: Date, fraction = ''): Uint8Array {
  const text = time.toISOString().replaceAll(/[-:T]|\..*$/g, '');
  return renderDer(0x18, Buffer.from(`${text}${fraction}Z`));
}

/** @see RFC 5280 §4.1.2.5: two digits of the year until 2049 */
function validityTime(time: Date): Uint8Array {
  const text = time.toISOString().replaceAll(/[-:T]|\..*$/g, '');
  return time.getUTCFullYear() < 2050
    ? renderDer(0x17, Buffer.from(`${text.slice(2)}Z`))
    : generalizedTime(time);
}

function bits(bytes: Uint8Array): Uint8Array {
  return renderDer(0x03, Buffer.of(0), bytes);
}

function renderExtension({ id, critical = false, value }: Extension): Uint8Array {
  return seq(
    oid(id),
    ...(critical ? [renderDer(0x01, Buffer.of(0xff))] : []),
    renderDer(0x04, value),
  );
}

function length(bytes: number, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
