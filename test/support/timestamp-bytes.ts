import { createHash, type KeyObject, sign } from 'node:crypto';
import {
  renderDer,
  renderDerInteger,
  renderDerOid,
  renderDerSequence,
} from '../../src/attestation/der-writer.ts';
import { distinguishedName, generalizedTime } from './certificate-bytes.ts';

const seq = renderDerSequence;
const oid = renderDerOid;
const int = (value: number): Uint8Array => renderDerInteger(Buffer.of(value));

export const hashIds = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const;
const infoId = '1.2.840.113549.1.9.16.1.4';

/** A response of a timestamp authority; what a test changes makes it hostile. */
export interface TimestampDraft {
  /** What is stamped: a signature. */
  readonly over: Uint8Array;
  readonly time: Date;
  readonly issuer: string;
  readonly serial: number;
  readonly key: KeyObject;
  readonly status?: number;
  readonly fraction?: string;
  readonly imprintHash?: keyof typeof hashIds;
  readonly hash?: 'sha256' | 'sha384' | 'sha512';
  /** Object identifier of the signature algorithm; ECDSA with `hash` when absent. */
  readonly algorithm?: string;
  readonly infoVersion?: number;
  readonly contentType?: string;
  readonly attributeType?: string;
  readonly repeatAttribute?: boolean;
  readonly twoValues?: boolean;
  /** Digest that the attributes name, when it is to be of something else. */
  readonly attributeDigest?: Uint8Array;
  readonly signers?: number;
  /** Digest of what is stamped, when only that is known. */
  readonly digest?: Uint8Array;
  /** Big-endian bytes of the nonce that was asked with. */
  readonly nonce?: Uint8Array;
}

/** @see RFC 3161 §2.4.2, RFC 5652 §5 */
export function renderTimestamp(draft: TimestampDraft): Buffer {
  const { hash = 'sha256', imprintHash = 'sha256', contentType = infoId, signers = 1 } = draft;
  const info = seq(
    int(draft.infoVersion ?? 1),
    oid('1.3.6.1.4.1.99999.1'),
    seq(
      seq(oid(hashIds[imprintHash]), renderDer(0x05)),
      renderDer(0x04, draft.digest ?? createHash(imprintHash).update(draft.over).digest()),
    ),
    int(1),
    generalizedTime(draft.time, draft.fraction ?? ''),
    ...(draft.nonce === undefined ? [] : [renderDerInteger(draft.nonce)]),
  );
  const digest = draft.attributeDigest ?? createHash(hash).update(info).digest();
  const type = attribute('1.2.840.113549.1.9.3', oid(draft.attributeType ?? infoId));
  const attributes = [
    draft.twoValues === true ? attribute('1.2.840.113549.1.9.3', oid(infoId), oid(infoId)) : type,
    ...(draft.repeatAttribute === true ? [type] : []),
    attribute('1.2.840.113549.1.9.4', renderDer(0x04, digest)),
  ];
  const signature = sign(hash, renderDer(0x31, ...attributes), draft.key);
  const ecdsa = { sha256: '2', sha384: '3', sha512: '4' }[hash];
  const signer = seq(
    int(1),
    seq(distinguishedName(draft.issuer), int(draft.serial)),
    seq(oid(hashIds[hash])),
    renderDer(0xa0, ...attributes),
    seq(oid(draft.algorithm ?? `1.2.840.10045.4.3.${ecdsa}`)),
    renderDer(0x04, signature),
  );
  const signedData = seq(
    int(3),
    renderDer(0x31, seq(oid(hashIds[hash]))),
    seq(oid(contentType), renderDer(0xa0, renderDer(0x04, info))),
    renderDer(0x31, ...Array<Uint8Array>(signers).fill(signer)),
  );
  return Buffer.from(
    seq(seq(int(draft.status ?? 0)), seq(oid('1.2.840.113549.1.7.2'), renderDer(0xa0, signedData))),
  );
}

function attribute(id: string, ...values: readonly Uint8Array[]): Uint8Array {
  return seq(oid(id), renderDer(0x31, ...values));
}
