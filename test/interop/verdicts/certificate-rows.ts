import { signBlob } from '../../support/certificate-bundles.ts';
import { extension } from '../../support/certificate-bytes.ts';
import {
  artifact,
  beside,
  entry,
  full,
  lab,
  leaf,
  leafWith,
  other,
  signer,
  withLeaf,
} from '../../support/certificate-lab.ts';
import { hashedRekord } from '../../support/log-records.ts';
import { identity } from '../../support/private-instance.ts';
import type { VerdictRow } from './verdict-row.ts';

/** Bundles by certificates, in the order of what is demanded of them. */
export const certificateRows: readonly VerdictRow[] = [
  { name: 'everything', bundle: full, demand: [1, 1, 1], cosign: 'accept', ours: 'accept' },
  {
    name: 'log and SCT',
    bundle: beside((s) => ({ entries: [entry(s)] })),
    demand: [1, 0, 1],
    cosign: 'accept',
    ours: 'accept',
  },
  {
    name: 'timestamp and SCT',
    bundle: beside((s) => ({ stamps: [lab.stamp(s)] })),
    demand: [0, 1, 1],
    cosign: 'accept',
    ours: 'accept',
  },
  {
    name: 'timestamp alone',
    bundle: (() => {
      const by = lab.signer({}, []);
      return signBlob(by, artifact, (s) => ({ stamps: [lab.stamp(s)] }));
    })(),
    demand: [0, 1, 0],
    cosign: 'accept',
    ours: 'accept',
  },
  {
    name: 'a timestamp of SHA-384',
    bundle: beside((s) => ({ stamps: [lab.stamp(s, { hash: 'sha384' })] })),
    demand: [0, 1, 1],
    cosign: 'accept',
    ours: 'accept',
  },
  {
    name: 'an e-mail address',
    bundle: leafWith(
      leaf.usage,
      leaf.signing,
      extension.names(extension.mail('rel@example.org')),
      leaf.issuer,
    ),
    demand: [1, 1, 1],
    san: 'rel@example.org',
    cosign: 'accept',
    ours: 'accept',
  },
  {
    name: 'no SCT',
    bundle: withLeaf({}, []),
    demand: [1, 1, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_SCT',
  },
  {
    name: 'SCT of another log',
    bundle: withLeaf({}, [other.certificateLog]),
    demand: [1, 1, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_SCT',
  },
  {
    name: 'no log entry',
    bundle: beside((s) => ({ stamps: [lab.stamp(s)] })),
    demand: [1, 1, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_LOG_COUNT',
  },
  {
    name: 'no timestamp',
    bundle: beside((s) => ({ entries: [entry(s)] })),
    demand: [1, 1, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_TIMESTAMP_COUNT',
  },
  {
    name: 'no time',
    bundle: beside(() => ({})),
    demand: [0, 0, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_NO_TIME',
  },
  {
    name: 'stamped too late',
    bundle: beside((s) => ({ stamps: [lab.stamp(s, { time: new Date('2026-03-01T12:10:01Z') })] })),
    demand: [0, 1, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_CERTIFICATE_TIME',
  },
  {
    name: 'another timestamp authority',
    bundle: beside((s) => ({ stamps: [other.stamp(s)] })),
    demand: [0, 1, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_TIMESTAMP_AUTHORITY',
  },
  {
    name: 'a good and a foreign timestamp',
    bundle: beside((s) => ({ stamps: [lab.stamp(s), other.stamp(s)] })),
    demand: [0, 1, 1],
    cosign: 'accept',
    ours: 'SIGNATURE_TIMESTAMP_AUTHORITY',
    stricter: 'evidence that is there must hold',
  },
  {
    name: 'one timestamp twice',
    bundle: beside((s) => {
      const stamp = lab.stamp(s);
      return { stamps: [stamp, stamp] };
    }),
    demand: [0, 1, 1],
    cosign: 'accept',
    ours: 'SIGNATURE_TIMESTAMP_TWICE',
    stricter: 'a count is of different authorities',
  },
  {
    name: 'a log entry of another log',
    bundle: beside((s) => ({
      entries: [
        lab.logEntry(
          hashedRekord(artifact, s, signer.der),
          new Date('2026-03-01T12:05:00Z'),
          other.log,
        ),
      ],
    })),
    demand: [1, 0, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_LOG_UNKNOWN',
  },
  {
    name: 'a log entry of another certificate',
    bundle: beside((s) => ({
      entries: [
        lab.logEntry(hashedRekord(artifact, s, lab.signer({ publicKey: signer.publicKey }).der)),
      ],
    })),
    demand: [1, 0, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_LOG_BODY',
  },
  {
    name: 'a log entry of another file',
    bundle: beside((s) => ({
      entries: [lab.logEntry(hashedRekord(Buffer.from('x'), s, signer.der))],
    })),
    demand: [1, 0, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_LOG_BODY',
  },
  {
    name: 'a log entry whose time was moved',
    bundle: beside((s) => ({ entries: [{ ...entry(s), integratedTime: '1772366701' }] })),
    demand: [1, 0, 1],
    cosign: 'reject',
    ours: 'SIGNATURE_LOG',
  },
  {
    name: 'another authority',
    bundle: signBlob(other.signer(), artifact, (s) => ({ stamps: [lab.stamp(s)] })),
    demand: [0, 1, 0],
    cosign: 'reject',
    ours: 'SIGNATURE_CERTIFICATE_CHAIN',
  },
  {
    name: 'use for clients',
    bundle: leafWith(
      leaf.usage,
      extension.extendedKeyUsage(['1.3.6.1.5.5.7.3.2']),
      leaf.names,
      leaf.issuer,
    ),
    demand: [1, 1, 1],
    cosign: 'reject',
    ours: 'CERTIFICATE_USE',
  },
  {
    name: 'no use named',
    bundle: leafWith(leaf.usage, leaf.names, leaf.issuer),
    demand: [1, 1, 1],
    cosign: 'accept',
    ours: 'CERTIFICATE_USE',
    stricter: 'a certificate signs artifacts only if it says so',
  },
  {
    name: 'a key that may not sign',
    bundle: leafWith(extension.keyUsage(0x20), leaf.signing, leaf.names, leaf.issuer),
    demand: [1, 1, 1],
    cosign: 'accept',
    ours: 'CERTIFICATE_USE',
    stricter: 'key usage is obeyed',
  },
  {
    name: 'a critical extension that nobody knows',
    bundle: leafWith(leaf.usage, leaf.signing, leaf.names, leaf.issuer, {
      id: '1.2.3.4',
      critical: true,
      value: Buffer.of(5, 0),
    }),
    demand: [1, 1, 1],
    cosign: 'reject',
    ours: 'CERTIFICATE_USE',
  },
  {
    name: 'two names',
    bundle: leafWith(
      leaf.usage,
      leaf.signing,
      extension.names(extension.uri(identity.san), extension.uri('https://evil.example')),
      leaf.issuer,
    ),
    demand: [1, 1, 1],
    cosign: 'accept',
    ours: 'CERTIFICATE_IDENTITY',
    stricter: 'one certificate is one identity',
  },
  {
    name: 'no issuer of the identity',
    bundle: leafWith(leaf.usage, leaf.signing, leaf.names),
    demand: [1, 1, 1],
    cosign: 'reject',
    ours: 'CERTIFICATE_IDENTITY',
  },
  {
    name: 'another identity',
    bundle: full,
    demand: [1, 1, 1],
    san: `${identity.san}0`,
    cosign: 'reject',
    ours: 'SIGNATURE_IDENTITY',
  },
  {
    name: 'a root with an unknown member',
    bundle: full,
    demand: [1, 1, 1],
    root: { ...lab.rootDocument(), extra: 1 },
    cosign: 'reject',
    ours: 'TRUSTED_ROOT_MEMBER',
  },
];
