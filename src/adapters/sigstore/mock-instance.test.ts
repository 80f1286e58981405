import { createHash, generateKeyPairSync, randomInt, sign, X509Certificate } from 'node:crypto';
import { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from '@sigstore/mock';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Bundle, bundleOf, messageOf } from '../../../test/support/certificate-bundles.ts';
import { dsseRecord, hashedRekord } from '../../../test/support/log-records.ts';
import { PrivateInstance } from '../../../test/support/private-instance.ts';
import { encodePreAuthentication, inTotoPayloadType } from '../../attestation/dsse.ts';
import { trustedRootMediaType } from '../../attestation/trusted-root.ts';
import type { TrustedSigner } from '../../ports/signature-judge.ts';
import { SigstoreJudge } from './signature-judge.ts';

/** A private instance that others wrote: what it issues is judged as ours is. */
const run = { signal: new AbortController().signal };
const judge = new SigstoreJudge();
const artifact = Buffer.from('an archive');
const signed = { kind: 'bytes', bytes: artifact } as const;
const payload = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}');
const san = 'https://ci.example.org/app//release.yml@refs/tags/v1';
const issuer = 'https://ci.example.org';
// Its certificates start now, and its timestamps are read only at whole seconds.
const clock = new Date(Math.ceil(Date.now() / 1000) * 1000 + 2000);
const pair = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve });
const base64 = (bytes: ArrayBufferView<ArrayBuffer>): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/** What the log answers. */
interface LoggedEntry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly inclusionProof: {
      readonly logIndex: number;
      readonly treeSize: number;
      readonly rootHash: string;
      readonly checkpoint: string;
    };
    readonly signedEntryTimestamp: string;
  };
}

let trusted: TrustedSigner & { kind: 'identity' };
let blob: Bundle;
let statement: Bundle;

beforeAll(async () => {
  const [logKeys, keys] = [pair(), pair()];
  const certificateLog = await initializeCTLog(pair(), clock);
  const authority = await initializeCA(pair('P-384'), certificateLog, clock);
  const stamper = await initializeTSA(pair(), clock);
  const log = await initializeTLog('https://log.lab.example', logKeys, clock);
  const logOf = (spki: Buffer): object => ({
    baseUrl: 'https://log.lab.example',
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: spki.toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: '2020-01-01T00:00:00Z' },
    },
    logId: { keyId: createHash('sha256').update(spki).digest('base64') },
  });
  const chain = (...certificates: ArrayBufferView<ArrayBuffer>[]): object => ({
    certChain: { certificates: certificates.map((der) => ({ rawBytes: base64(der) })) },
  });
  const bytes = Buffer.from(
    JSON.stringify({
      mediaType: trustedRootMediaType,
      tlogs: [logOf(Buffer.from(log.publicKey))],
      ctlogs: [logOf(Buffer.from(certificateLog.publicKey))],
      certificateAuthorities: [chain(authority.rootCertificate)],
      timestampAuthorities: [chain(stamper.intCertificate, stamper.rootCertificate)],
    }),
  );
  trusted = {
    kind: 'identity',
    name: 'ci',
    issuer,
    san: { kind: 'exact', text: san },
    root: { origin: 'root', sha256: createHash('sha256').update(bytes).digest('hex'), bytes },
    tlogs: 1,
    scts: 1,
    timestamps: 1,
  };
  const leaf = await authority.issueCertificate({
    publicKey: keys.publicKey.export({ format: 'der', type: 'spki' }),
    subjectAltName: san,
    extensions: [
      { oid: '1.3.6.1.4.1.57264.1.1', value: issuer, legacy: true },
      { oid: '1.3.6.1.4.1.57264.1.8', value: issuer },
    ],
  });
  const der = Buffer.from(leaf.buffer, leaf.byteOffset, leaf.byteLength);
  const beside = async (signature: Buffer, record: object) => {
    const stamp = await stamper.timestamp({
      artifactHash: createHash('sha256').update(signature).digest(),
      hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
      nonce: randomInt(1, 1_000_000),
      policyOID: '1.3.6.1.4.1.57264.2',
      certReq: true,
    });
    const [entry] = Object.values(await log.log(record)) as LoggedEntry[];
    if (entry === undefined) throw new Error('no entry');
    const { inclusionProof, signedEntryTimestamp } = entry.verification;
    return {
      stamps: [Buffer.from(base64(stamp), 'base64')],
      entries: [
        {
          logIndex: `${entry.logIndex}`,
          logId: { keyId: Buffer.from(entry.logID, 'hex').toString('base64') },
          kindVersion: {
            kind: Reflect.get(record, 'kind'),
            version: Reflect.get(record, 'apiVersion'),
          },
          integratedTime: `${entry.integratedTime}`,
          inclusionPromise: { signedEntryTimestamp },
          inclusionProof: {
            logIndex: `${inclusionProof.logIndex}`,
            treeSize: `${inclusionProof.treeSize}`,
            rootHash: Buffer.from(inclusionProof.rootHash, 'hex').toString('base64'),
            hashes: [],
            checkpoint: { envelope: inclusionProof.checkpoint },
          },
          canonicalizedBody: entry.body,
        },
      ],
    };
  };
  const signature = sign('sha256', artifact, keys.privateKey);
  blob = {
    ...bundleOf(der, await beside(signature, hashedRekord(artifact, signature, der))),
    messageSignature: messageOf(artifact, signature),
  };
  const sig = sign('sha256', encodePreAuthentication(inTotoPayloadType, payload), keys.privateKey);
  statement = {
    ...bundleOf(der, await beside(sig, dsseRecord(payload, sig, der))),
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: inTotoPayloadType,
      signatures: [{ sig: sig.toString('base64') }],
    },
  };
  expect(new X509Certificate(der).subjectAltName).toContain(san);
});
afterEach(() => vi.useRealTimers());

const judged = (bundle: Bundle, signer: TrustedSigner = trusted, over = signed) =>
  judge.judgeBlob(Buffer.from(JSON.stringify(bundle)), over, [signer], run);

describe('an instance that others wrote', () => {
  it('signs a file', async () => {
    expect(await judged(blob)).toMatchObject({
      outcome: 'valid',
      stampedTimes: [clock.toISOString().replace('.000Z', 'Z')],
      certificate: { san, issuer },
      warnings: [],
    });
  });

  it('signs a statement', async () => {
    const bytes = Buffer.from(JSON.stringify(statement));
    expect(await judge.judgeStatement(bytes, [trusted], run)).toMatchObject({
      outcome: 'valid',
      statement: { payload },
    });
  });

  it.each<[string, () => TrustedSigner, string]>([
    [
      'another root',
      () => ({ ...trusted, root: new PrivateInstance().rootFile() }),
      'SIGNATURE_TIMESTAMP_AUTHORITY',
    ],
    [
      'another name',
      () => ({ ...trusted, san: { kind: 'exact', text: `${san}0` } }),
      'SIGNATURE_IDENTITY',
    ],
    ['another issuer', () => ({ ...trusted, issuer: 'https://github.com' }), 'SIGNATURE_IDENTITY'],
    ['more timestamps', () => ({ ...trusted, timestamps: 2 }), 'SIGNATURE_TIMESTAMP_COUNT'],
    ['more logs', () => ({ ...trusted, tlogs: 2 }), 'SIGNATURE_LOG_COUNT'],
    ['more SCTs', () => ({ ...trusted, scts: 2 }), 'SIGNATURE_SCT'],
  ])('is refused for %s', async (_name, signer, code) => {
    expect(await judged(blob, signer())).toMatchObject({ outcome: 'invalid', code });
  });

  it('is refused for another file', async () => {
    const other = { kind: 'bytes', bytes: Buffer.from('x') } as const;
    expect(await judged(blob, trusted, other)).toMatchObject({ code: 'SIGNATURE_DIGEST' });
  });

  it.each(['1999-01-01T00:00:00Z', '2060-01-01T00:00:00Z'])(
    'is judged the same by a clock of %s',
    async (now) => {
      const honest = await judged(blob);
      vi.useFakeTimers({ toFake: ['Date'], now: new Date(now) });
      expect(await judged(blob)).toEqual(honest);
    },
  );
});
