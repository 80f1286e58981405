import { describe, expect, it } from 'vitest';
import type { Bundle } from '../../../test/support/certificate-bundles.ts';
import {
  artifact,
  beside,
  entry,
  lab,
  other,
  signer,
} from '../../../test/support/certificate-lab.ts';
import { codeOf, judgedBlob, type trusted } from '../../../test/support/judged-certificate.ts';
import { hashedRekord, hashedRekordOfVersion2 } from '../../../test/support/log-records.ts';
import { signedAt } from '../../../test/support/private-instance.ts';

describe('a certificate of a private instance', () => {
  const second = (file: Buffer, signature: Buffer, der: Buffer): object =>
    without(
      { ...lab.logEntry(hashedRekordOfVersion2(file, signature, der)), integratedTime: '0' },
      'inclusionPromise',
    );

  it.each<[string, Bundle, Partial<typeof trusted>, string]>([
    [
      'no log entry where none is demanded',
      beside((s) => ({ stamps: [lab.stamp(s)] })),
      { tlogs: 0 },
      'valid',
    ],
    [
      'a log entry of the second version and a timestamp',
      beside((s) => ({ stamps: [lab.stamp(s)], entries: [second(artifact, s, signer.der)] })),
      {},
      'valid',
    ],
    [
      'a log entry of the second version about another certificate',
      beside((s) => ({ stamps: [lab.stamp(s)], entries: [second(artifact, s, lab.signer().der)] })),
      {},
      'invalid SIGNATURE_LOG_BODY',
    ],
    [
      'a log entry of the second version about another file',
      beside((s) => ({
        stamps: [lab.stamp(s)],
        entries: [second(Buffer.from('x'), s, signer.der)],
      })),
      {},
      'invalid SIGNATURE_LOG_BODY',
    ],
    [
      'a log entry of the second version without a timestamp',
      beside((s) => ({ entries: [second(artifact, s, signer.der)] })),
      { timestamps: 0 },
      'invalid SIGNATURE_NO_TIME',
    ],
    [
      'a log entry that says it is of another kind than its body',
      beside((s) => ({
        stamps: [lab.stamp(s)],
        entries: [{ ...entry(s), kindVersion: { kind: 'dsse', version: '0.0.1' } }],
      })),
      {},
      'invalid SIGNATURE_LOG_BODY',
    ],
    [
      'no log entry where one is demanded',
      beside((s) => ({ stamps: [lab.stamp(s)] })),
      {},
      'invalid SIGNATURE_LOG_COUNT',
    ],
    [
      'a log entry without the promise that holds its time',
      beside((s) => ({ entries: [without(entry(s), 'inclusionPromise')] })),
      { timestamps: 0 },
      'invalid SIGNATURE_NO_TIME',
    ],
    [
      'a log entry of another log',
      beside((s) => ({
        entries: [lab.logEntry(hashedRekord(artifact, s, signer.der), signedAt, other.log)],
      })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG_UNKNOWN',
    ],
    [
      'one log entry twice',
      beside((s) => ({ entries: twice(entry(s)) })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG_TWICE',
    ],
    [
      'a log entry whose time was moved',
      beside((s) => ({
        entries: [{ ...entry(s), integratedTime: `${signedAt.getTime() / 1000 + 1}` }],
      })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG',
    ],
    [
      'a log entry whose promise was lost and forged',
      beside((s) => ({
        entries: [{ ...entry(s), inclusionPromise: { signedEntryTimestamp: 'AAAA' } }],
      })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG',
    ],
    [
      'a log entry beyond all times',
      beside((s) => ({ entries: [{ ...entry(s), integratedTime: '999999999999999999' }] })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG',
    ],
    [
      'a log entry about another signature',
      beside(() => ({
        entries: [lab.logEntry(hashedRekord(artifact, Buffer.from('x'), signer.der))],
      })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG_BODY',
    ],
    [
      'a log entry about another file',
      beside((s) => ({ entries: [lab.logEntry(hashedRekord(Buffer.from('x'), s, signer.der))] })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG_BODY',
    ],
    [
      'a log entry about another certificate of the key',
      beside((s) => ({
        entries: [
          lab.logEntry(hashedRekord(artifact, s, lab.signer({ publicKey: signer.publicKey }).der)),
        ],
      })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG_BODY',
    ],
    [
      'a log entry of a kind that is not judged',
      beside((s) => ({
        entries: [lab.logEntry({ ...hashedRekord(artifact, s, signer.der), kind: 'rekord' })],
      })),
      { timestamps: 0 },
      'invalid SIGNATURE_LOG_BODY',
    ],
  ])('%s', async (_name, bundle, change, code) => {
    expect(codeOf(await judgedBlob(bundle, change))).toBe(code);
  });
});

function without(value: Record<string, unknown>, name: string): object {
  const { [name]: _, ...rest } = value;
  return rest;
}

function twice<Value>(value: Value): Value[] {
  return [value, value];
}
