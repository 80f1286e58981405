import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { describePublicKey } from '../../src/attestation/public-key.ts';
import type { JudgedSignature, TrustedSigner } from '../../src/ports/signature-judge.ts';
import { type Bundle, messageOf } from './certificate-bundles.ts';
import { artifact, full as good, lab } from './certificate-lab.ts';
import { trusted } from './judged-certificate.ts';

const run = { signal: new AbortController().signal };
const judge = new SigstoreJudge();
const signed = { kind: 'bytes', bytes: artifact } as const;
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const keyFacts = describePublicKey(keys.publicKey);
const keySigner: TrustedSigner = {
  kind: 'key',
  name: 'k',
  key: { origin: 'k', ...keyFacts },
  timestampRoot: lab.rootFile(),
};
const keySignature = sign('sha256', artifact, keys.privateKey);
const byKey: Bundle = {
  mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  verificationMaterial: {
    publicKey: { hint: keyFacts.hint },
    timestampVerificationData: {
      rfc3161Timestamps: [{ signedTimestamp: lab.stamp(keySignature).toString('base64') }],
    },
  },
  messageSignature: messageOf(artifact, keySignature),
};

/** One change of bytes: a bit, a byte in, a byte out, a cut, a piece moved or repeated. */
interface Change {
  readonly kind: 'flip' | 'insert' | 'delete' | 'cut' | 'repeat';
  readonly at: number;
  readonly byte: number;
  readonly length: number;
}
const changes = fc.array(
  fc.record<Change>({
    kind: fc.constantFrom('flip', 'insert', 'delete', 'cut', 'repeat'),
    at: fc.nat(100_000),
    byte: fc.integer({ min: 1, max: 255 }),
    length: fc.integer({ min: 1, max: 40 }),
  }),
  { minLength: 1, maxLength: 3 },
);

function apply(bytes: Buffer, list: readonly Change[]): Buffer {
  let changed = Buffer.from(bytes);
  for (const { kind, at: place, byte, length } of list) {
    const at = place % Math.max(1, changed.length);
    const [head, tail] = [changed.subarray(0, at), changed.subarray(at)];
    if (kind === 'cut') changed = Buffer.from(head);
    else if (kind === 'delete') changed = Buffer.concat([head, tail.subarray(length)]);
    else if (kind === 'insert') changed = Buffer.concat([head, Buffer.of(byte), tail]);
    else if (kind === 'repeat') changed = Buffer.concat([head, tail.subarray(0, length), tail]);
    else changed = Buffer.concat([head, Buffer.of((tail[0] ?? 0) ^ byte), tail.subarray(1)]);
  }
  return changed;
}

/** A changed document is refused, or it says the very same: parts that nobody signs may differ. */
async function verdictOf(bytes: Buffer, by: TrustedSigner, honest: Bundle): Promise<void> {
  const judged = await judge.judgeBlob(bytes, signed, [by], run);
  expect(['valid', 'invalid', 'undecided']).toContain(judged.outcome);
  if (judged.outcome === 'valid') expect(judged).toEqual(await judgeBundle(honest, by));
  else expect(judged.code).toMatch(/^[A-Z0-9_]+$/);
}

function judgeBundle(bundle: Bundle, by: TrustedSigner): Promise<JudgedSignature> {
  return judge.judgeBlob(Buffer.from(JSON.stringify(bundle)), signed, [by], run);
}

/** The document with the base64 texts of that member changed. */
function withMember(bundle: object, name: string, change: (bytes: Buffer) => Buffer): Buffer {
  return Buffer.from(
    JSON.stringify(bundle, (member, value: unknown) =>
      member === name && typeof value === 'string'
        ? change(Buffer.from(value, 'base64')).toString('base64')
        : value,
    ),
  );
}

/**
 * Whatever becomes of a bundle, a certificate, a timestamp, a log entry or a trusted root: the judge
 * answers, and never better than before.
 * @param numRuns of every property
 */
export function describeHostileEvidence(numRuns: number): void {
  describe('changed bytes', () => {
    it.each<[string, TrustedSigner, Bundle]>([
      ['certificate', trusted, good],
      ['key', keySigner, byKey],
    ])('of a bundle by %s are judged', async (_name, by, bundle) => {
      expect(await judgeBundle(bundle, by)).toMatchObject({ outcome: 'valid' });
      await fc.assert(
        fc.asyncProperty(changes, (list) =>
          verdictOf(apply(Buffer.from(JSON.stringify(bundle)), list), by, bundle),
        ),
        { numRuns },
      );
    });

    it.each([
      ['certificate', 'rawBytes', trusted, good],
      ['timestamp', 'signedTimestamp', trusted, good],
      ['timestamp beside a key', 'signedTimestamp', keySigner, byKey],
      ['promise of a log', 'signedEntryTimestamp', trusted, good],
      ['body of a log entry', 'canonicalizedBody', trusted, good],
      ['signature', 'signature', trusted, good],
    ] as const)('of a %s are judged, whatever they become', async (_name, member, by, bundle) => {
      await fc.assert(
        fc.asyncProperty(changes, (list) =>
          verdictOf(
            withMember(bundle, member, (bytes) => apply(bytes, list)),
            by,
            bundle,
          ),
        ),
        { numRuns },
      );
    });

    it('of a checkpoint are judged', async () => {
      await fc.assert(
        fc.asyncProperty(changes, (list) => {
          const text = JSON.stringify(good, (member, value: unknown) =>
            member === 'envelope' && typeof value === 'string'
              ? apply(Buffer.from(value), list).toString('utf8')
              : value,
          );
          return verdictOf(Buffer.from(text), trusted, good);
        }),
        { numRuns },
      );
    });

    it('of a trusted root leave the signature undecided, or refuse it, or change nothing', async () => {
      await fc.assert(
        fc.asyncProperty(changes, fc.boolean(), async (list, inside) => {
          const document = lab.rootDocument();
          const bytes = inside
            ? withMember(document, 'rawBytes', (der) => apply(der, list))
            : apply(Buffer.from(JSON.stringify(document)), list);
          const root = { ...lab.rootFile(JSON.parse('{}')), bytes };
          const sha256 = createHash('sha256').update(bytes).digest('hex');
          const judged = await judgeBundle(good, { ...trusted, root: { ...root, sha256 } });
          expect(['valid', 'invalid', 'undecided']).toContain(judged.outcome);
        }),
        { numRuns },
      );
    });
  });

  describe('bytes of chance', () => {
    it('are refused as bundle, certificate, timestamp and detached signature', async () => {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (chance) => {
          const bytes = Buffer.from(chance);
          const key = [keySigner];
          expect(await judge.judgeBlob(bytes, signed, key, run)).toMatchObject({
            outcome: 'invalid',
          });
          expect(await judge.judgeStatement(bytes, key, run)).toMatchObject({ outcome: 'invalid' });
          expect(await judge.judgeDetached(bytes, signed, key, run)).toMatchObject({
            outcome: 'invalid',
          });
          for (const [member, by, bundle] of [
            ['rawBytes', trusted, good],
            ['signedTimestamp', trusted, good],
            ['signedTimestamp', keySigner, byKey],
          ] as const) {
            const changed = withMember(bundle, member, () => bytes);
            expect(await judge.judgeBlob(changed, signed, [by], run)).toMatchObject({
              outcome: 'invalid',
            });
          }
        }),
        { numRuns },
      );
    });
  });
}
