import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeySigner } from '../../src/adapters/sigstore/key-signer.ts';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { encodePreAuthentication } from '../../src/attestation/dsse.ts';
import { describePublicKey } from '../../src/attestation/public-key.ts';
import { matchRelease } from '../../src/attestation/release-difference.ts';
import {
  parseReleaseStatement,
  type Release,
  renderReleaseStatement,
} from '../../src/attestation/release-statement.ts';
import { digestOf } from '../../src/oci/digest.ts';
import {
  readReleaseStatement,
  signReleaseStatement,
} from '../../src/operations/release-statement.ts';
import { signBlobBundle } from '../../src/operations/sign-blob.ts';
import { onlyKey } from '../../src/ports/signature-judge.ts';
import type { Signer } from '../../src/ports/signer.ts';
import { renderStatementBundle } from '../support/bundles-by-key.ts';

const run = { signal: new AbortController().signal };
const judge = new SigstoreJudge();
const pairs = {
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'RSA 3072': generateKeyPairSync('rsa', { modulusLength: 3072 }),
};
const pair = pairs['P-256'];
const trusted = (key = pair.publicKey) => ({ origin: 'test', ...describePublicKey(key) });
const message = Buffer.from('zarf.yaml');
async function* chunks(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

describe('signing a file', () => {
  it.each(Object.entries(pairs))(
    '%s: bytes and stream verify, over bytes and over a digest',
    async (_name, { privateKey, publicKey }) => {
      const signer = new KeySigner(privateKey);
      for (const given of [message, chunks(message, 2)]) {
        const bundle = Buffer.from(await signBlobBundle(given, signer, run));
        for (const artifact of [
          { kind: 'bytes', bytes: message },
          { kind: 'digest', digest: digestOf(message) },
        ] as const) {
          expect(
            await judge.judgeBlob(bundle, artifact, onlyKey(trusted(publicKey)), run),
          ).toMatchObject({ outcome: 'valid', warnings: [] });
        }
        const other = { kind: 'digest', digest: digestOf('other') } as const;
        expect(
          await judge.judgeBlob(bundle, other, onlyKey(trusted(publicKey)), run),
        ).toMatchObject({
          code: 'SIGNATURE_DIGEST',
        });
      }
    },
  );

  it('refuses the signing input of a statement, however it is cut', async () => {
    const input = Buffer.from('DSSEv1 28 application/vnd.in-toto+json 2 {}');
    for (const given of [input, chunks(input, 3), chunks(input, 100)]) {
      await expect(
        signBlobBundle(given, new KeySigner(pair.privateKey), run),
      ).rejects.toMatchObject({ code: 'SIGN_CROSS_PROTOCOL' });
    }
  });

  it('finds a signer that lies', async () => {
    const honest = new KeySigner(pair.privateKey);
    const liar: Signer = {
      material: honest.material,
      sign: () => Promise.resolve(Buffer.alloc(70)),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    await expect(signBlobBundle(message, liar, run)).rejects.toMatchObject({
      code: 'SIGN_SELF_CHECK',
      exitCode: 4,
    });
    await expect(signReleaseStatement(release, { signer: liar, judge }, run)).rejects.toMatchObject(
      {
        code: 'SIGN_SELF_CHECK',
      },
    );
  });
});

describe('what the verifier is given', () => {
  it('is no statement when it was signed as something else', async () => {
    const payload = Buffer.from(renderReleaseStatement(release));
    const other = 'application/json';
    const signature = await new KeySigner(pair.privateKey).sign(
      encodePreAuthentication(other, payload),
      run,
    );
    const bundle = JSON.parse(renderStatementBundle(payload, signature, trusted().hint));
    bundle.dsseEnvelope.payloadType = other;
    expect(
      await judge.judgeStatement(Buffer.from(JSON.stringify(bundle)), onlyKey(trusted()), run),
    ).toMatchObject({ outcome: 'invalid', code: 'SIGNATURE_PAYLOAD_TYPE' });
  });

  it('is refused with a key that is not the one its fingerprint names', async () => {
    const bundle = Buffer.from(await signBlobBundle(message, new KeySigner(pair.privateKey), run));
    const { fingerprint } = describePublicKey(pairs['RSA 3072'].publicKey);
    expect(
      await judge.judgeBlob(
        bundle,
        { kind: 'bytes', bytes: message },
        onlyKey({ ...trusted(), fingerprint }),
        run,
      ),
    ).toMatchObject({ outcome: 'invalid', code: 'SIGNATURE_KEY_FINGERPRINT' });
  });
});

const release: Release = {
  product: 'demo',
  version: '1.0.0',
  flavor: 'cpu',
  counter: 3,
  sourceDateEpoch: 0,
  files: [
    {
      name: 'a.tar.zst',
      digest: digestOf('a'),
      size: 1,
      root: { kind: 'package', digest: digestOf('root') },
    },
    { name: 'report.json', digest: digestOf('b'), size: 2 },
  ],
};

describe('release statement', () => {
  it('comes back as it went in, whatever the order, and only under its key', async () => {
    const text = await signReleaseStatement(
      release,
      { signer: new KeySigner(pair.privateKey), judge },
      run,
    );
    expect(text.split('\n')).toHaveLength(2);
    expect(await readReleaseStatement(Buffer.from(text), trusted(), judge, run)).toMatchObject({
      outcome: 'valid',
      release,
    });
    const foreign = trusted(pairs['RSA 3072'].publicKey);
    expect(await readReleaseStatement(Buffer.from(text), foreign, judge, run)).toMatchObject({
      code: 'SIGNATURE_MISMATCH',
    });
    expect(renderReleaseStatement({ ...release, files: release.files.toReversed() })).toBe(
      renderReleaseStatement(release),
    );
  });

  it('finds what is missing, extra and altered', () => {
    const recompressed = {
      name: 'a.tar.zst',
      digest: digestOf('c'),
      root: { kind: 'package', digest: digestOf('root') },
    } as const;
    expect(matchRelease(release, [recompressed, { name: 'x', digest: digestOf('x') }])).toEqual({
      missing: ['report.json'],
      extra: ['x'],
      altered: [
        { name: 'a.tar.zst', expected: digestOf('a'), actual: digestOf('c'), sameContent: true },
      ],
    });
    expect(matchRelease(release, release.files)).toEqual({ missing: [], extra: [], altered: [] });
  });

  it.each([
    ['counter 0', { counter: 0 }],
    ['a path as name', { files: [{ name: '../x', digest: digestOf('a'), size: 1 }] }],
    ['one name twice', { files: [release.files[1], release.files[1]] }],
  ])('refuses to write %s', (_name, change) => {
    expect(() => renderReleaseStatement({ ...release, ...change } as Release)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^STATEMENT_/) }),
    );
  });

  it('takes a package for the same only when a package of that root was signed', () => {
    const file = { name: 'a.tar.zst', digest: digestOf('c') };
    for (const root of [
      { kind: 'bundle', digest: digestOf('root') },
      { kind: 'package', digest: digestOf('other') },
      undefined,
    ] as const) {
      const present = { ...file, ...(root === undefined ? {} : { root }) };
      expect(matchRelease(release, [present]).altered).toMatchObject([{ sameContent: false }]);
    }
  });

  it('refuses a root that is not among the subjects', () => {
    const json = JSON.parse(renderReleaseStatement(release));
    json.predicate.contents[0].root = digestOf('other');
    expect(() => parseReleaseStatement(Buffer.from(JSON.stringify(json)))).toThrow(
      expect.objectContaining({ code: 'STATEMENT_PREDICATE' }),
    );
  });

  it('refuses a subject without content', () => {
    const json = JSON.parse(renderReleaseStatement(release));
    json.subject.push({ name: 'ghost', digest: { sha256: 'a'.repeat(64) } });
    expect(() => parseReleaseStatement(Buffer.from(JSON.stringify(json)))).toThrow(
      expect.objectContaining({ code: 'STATEMENT_PREDICATE' }),
    );
  });
});
