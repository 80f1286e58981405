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
import { hashedRekord } from '../../../test/support/log-records.ts';
import { signedAt } from '../../../test/support/private-instance.ts';

describe('a certificate of a private instance', () => {
  const later = new Date(signedAt.getTime() + 60_000);

  it.each<[string, Bundle, Partial<typeof trusted>, string]>([
    [
      'no timestamp where none is demanded',
      beside((s) => ({ entries: [entry(s)] })),
      { timestamps: 0 },
      'valid',
    ],
    [
      'a timestamp at the last second',
      beside((s) => ({ stamps: [lab.stamp(s, { time: new Date('2026-03-01T12:10:00Z') })] })),
      { tlogs: 0 },
      'valid',
    ],
    [
      'a timestamp with milliseconds',
      beside((s) => ({ stamps: [lab.stamp(s, { fraction: '.123' })] })),
      { tlogs: 0 },
      'valid',
    ],
    [
      'a timestamp of SHA-512 over SHA-384',
      beside((s) => ({ stamps: [lab.stamp(s, { hash: 'sha512', imprintHash: 'sha384' })] })),
      { tlogs: 0 },
      'valid',
    ],
    [
      'no timestamp where one is demanded',
      beside((s) => ({ entries: [entry(s)] })),
      {},
      'invalid SIGNATURE_TIMESTAMP_COUNT',
    ],
    [
      'two timestamps of one authority where two authorities are demanded',
      beside((s) => ({ stamps: [lab.stamp(s), lab.stamp(s, { time: later })] })),
      { tlogs: 0, timestamps: 2 },
      'invalid SIGNATURE_TIMESTAMP_COUNT',
    ],
    [
      'neither log nor timestamp, though none is demanded',
      beside(() => ({})),
      { tlogs: 0, timestamps: 0 },
      'invalid SIGNATURE_NO_TIME',
    ],
    [
      'a timestamp after the certificate',
      beside((s) => ({ stamps: [lab.stamp(s, { time: new Date('2026-03-01T12:10:01Z') })] })),
      { tlogs: 0 },
      'invalid SIGNATURE_CERTIFICATE_TIME',
    ],
    [
      'a second timestamp after the certificate',
      beside((s) => ({
        stamps: [lab.stamp(s), lab.stamp(s, { time: new Date('2026-03-01T12:10:01Z') })],
      })),
      { tlogs: 0 },
      'invalid SIGNATURE_CERTIFICATE_TIME',
    ],
    [
      'a log entry before the certificate',
      beside((s) => ({
        entries: [
          lab.logEntry(hashedRekord(artifact, s, signer.der), new Date('2026-03-01T11:59:59Z')),
        ],
      })),
      { timestamps: 0 },
      'invalid SIGNATURE_CERTIFICATE_TIME',
    ],
    [
      'a timestamp of another authority',
      beside((s) => ({ stamps: [other.stamp(s)] })),
      { tlogs: 0 },
      'invalid SIGNATURE_TIMESTAMP_AUTHORITY',
    ],
    [
      'a timestamp that names our authority and is of another',
      beside((s) => ({ stamps: [lab.stamp(s, { key: other.stamper.privateKey })] })),
      { tlogs: 0 },
      'invalid SIGNATURE_TIMESTAMP',
    ],
    [
      'a timestamp of our authority beside a foreign one',
      beside((s) => ({ stamps: [lab.stamp(s), other.stamp(s)] })),
      { tlogs: 0 },
      'invalid SIGNATURE_TIMESTAMP_AUTHORITY',
    ],
    [
      'a timestamp over another signature',
      beside((s) => ({ stamps: [lab.stamp(Buffer.from(`${s}`))] })),
      { tlogs: 0 },
      'invalid SIGNATURE_TIMESTAMP_IMPRINT',
    ],
    [
      'one timestamp twice',
      beside((s) => ({ stamps: twice(lab.stamp(s)) })),
      { tlogs: 0 },
      'invalid SIGNATURE_TIMESTAMP_TWICE',
    ],
  ])('%s', async (_name, bundle, change, code) => {
    expect(codeOf(await judgedBlob(bundle, change))).toBe(code);
  });
});

function twice<Value>(value: Value): Value[] {
  return [value, value];
}
