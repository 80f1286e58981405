import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { openPrivateKey } from '../../src/attestation/key-file.ts';
import { describePublicKey, parsePublicKey } from '../../src/attestation/public-key.ts';
import { parseStatement, requireSubject } from '../../src/attestation/statement.ts';
import { digestOf, hexOf } from '../../src/oci/digest.ts';
import type { TrustedRootFile, TrustedSigner } from '../../src/ports/signature-judge.ts';

interface Row {
  readonly id: string;
  readonly kind: 'blob' | 'dsse';
  readonly bundle: string;
  readonly artifact: string;
  readonly key?: string;
  readonly identity?: string;
  readonly issuer?: string;
  readonly trustedRoot?: string;
  readonly requires: { readonly log: number; readonly timestamp: number; readonly sct: number };
  readonly predicateType?: string;
  readonly want: 'accept' | 'reject';
  readonly why: string;
}

interface KeyFileRow {
  readonly file: string;
  readonly password: string;
  readonly publicKey: string;
  readonly want: 'open' | 'reject';
  readonly why: string;
}

const folder = join(import.meta.dirname, 'signing');
const expected: { rows: Row[]; keyFiles: KeyFileRow[] } = JSON.parse(
  readFileSync(join(folder, 'expect.json'), 'utf8'),
);
const read = (path: string): Buffer => readFileSync(join(folder, path));

/** Why a refused row is refused: no guard may hide behind another. */
const codes: Readonly<Record<string, string>> = {
  'other-key': 'SIGNATURE_MISMATCH',
  'artifact-altered': 'SIGNATURE_DIGEST',
  'digest-zeros': 'SIGNATURE_DIGEST',
  'p256-sha384': 'SIGNATURE_DIGEST_ALGORITHM',
  'p384-by-cosign': 'SIGNATURE_DIGEST_ALGORITHM',
  'unknown-member': 'SIGNATURE_BUNDLE_MEMBER',
  'keyid-is-hint': 'SIGNATURE_KEYID',
  'dsse-other-subject': 'STATEMENT_SUBJECT',
  'dsse-payload-altered': 'SIGNATURE_MISMATCH',
  'dsse-other-predicate': 'STATEMENT_PREDICATE',
  'dsse-subject-size': 'STATEMENT_MEMBER',
  'no-log-entry': 'SIGNATURE_LOG_COUNT',
  'no-timestamp': 'SIGNATURE_TIMESTAMP_COUNT',
  'timestamp-other-authority': 'SIGNATURE_TIMESTAMP_AUTHORITY',
  'timestamp-of-other-signature': 'SIGNATURE_TIMESTAMP_IMPRINT',
  'cert-wrong-identity': 'SIGNATURE_IDENTITY',
  'cert-wrong-issuer': 'SIGNATURE_IDENTITY',
  'cert-expired-unstamped': 'SIGNATURE_NO_TIME',
  'cert-stamp-missing': 'SIGNATURE_TIMESTAMP_COUNT',
  'cert-stamped-too-late': 'SIGNATURE_CERTIFICATE_TIME',
  'cert-other-authority': 'SIGNATURE_CERTIFICATE_CHAIN',
  'cert-key-policy': 'SIGNATURE_MATERIAL_KIND',
  'cert-chain-in-v0.3': 'SIGNATURE_BUNDLE_MATERIAL',
};

const run = { signal: new AbortController().signal };
const judge = new SigstoreJudge();

function rootOf({ trustedRoot = '' }: Row): TrustedRootFile {
  const bytes = read(trustedRoot);
  return { origin: trustedRoot, sha256: hexOf(digestOf(bytes)), bytes };
}

/** What the row's command line trusts, and how much evidence it demands. */
function signerOf(row: Row): TrustedSigner {
  const { log: tlogs, timestamp: timestamps, sct: scts } = row.requires;
  if (row.identity !== undefined) {
    const san = { kind: 'exact', text: row.identity } as const;
    const issuer = row.issuer ?? '';
    return {
      kind: 'identity',
      name: row.id,
      issuer,
      san,
      root: rootOf(row),
      tlogs,
      scts,
      timestamps,
    };
  }
  const { pem, fingerprint } = parsePublicKey(read(row.key ?? '').toString());
  const key = { origin: row.key ?? '', pem, fingerprint };
  const root = row.trustedRoot === undefined ? {} : { timestampRoot: rootOf(row) };
  return { kind: 'key', name: row.id, key, ...root, tlogs, timestamps };
}

async function judgeRow(row: Row, form: 'bytes' | 'digest'): Promise<string> {
  const artifact = read(row.artifact);
  const digest = digestOf(artifact);
  const bundle = read(row.bundle);
  const signers = [signerOf(row)];
  if (row.kind === 'blob') {
    const signed =
      form === 'bytes'
        ? ({ kind: 'bytes', bytes: artifact } as const)
        : ({ kind: 'digest', digest } as const);
    const judged = await judge.judgeBlob(bundle, signed, signers, run);
    return judged.outcome === 'valid' ? 'accept' : judged.code;
  }
  const judged = await judge.judgeStatement(bundle, signers, run);
  if (judged.outcome !== 'valid') return judged.code;
  try {
    requireSubject(
      parseStatement(judged.statement?.payload ?? Buffer.alloc(0), { allowOldType: true }),
      digest,
      row.predicateType ?? '',
    );
    return 'accept';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'a stranger';
  }
}

describe('signatures of the real programs', () => {
  it('has every row', () => {
    expect(expected.rows).toHaveLength(38);
  });

  it.each(expected.rows)('$id: $want ($why)', async (row) => {
    const want = row.want === 'accept' ? 'accept' : codes[row.id];
    expect(await judgeRow(row, 'bytes')).toBe(want);
    expect(await judgeRow(row, 'digest')).toBe(want);
  });

  it('says when, and of which certificate', async () => {
    const row = expected.rows.find(({ id }) => id === 'cert-expired-but-stamped');
    if (row === undefined) throw new Error('the row is gone');
    const artifact = { kind: 'bytes', bytes: read(row.artifact) } as const;
    expect(await judge.judgeBlob(read(row.bundle), artifact, [signerOf(row)], run)).toEqual({
      outcome: 'valid',
      signer: row.id,
      party: `identity:${row.issuer} ${row.identity}`,
      stampedTimes: ['2026-11-21T04:06:56Z'],
      stampedBy: [
        {
          time: '2026-11-21T04:06:56Z',
          kind: 'timestamp-authority',
          name: expect.stringMatching(/CN=/),
        },
      ],
      certificate: {
        issuer: row.issuer,
        san: row.identity,
        notBefore: '2026-11-21T04:05:56Z',
        notAfter: '2026-11-21T04:07:08Z',
        chain: [
          {
            subject: 'O=lab,CN=leafshort',
            issuer: 'O=lab,CN=caint',
            serialNumber: '08',
            sha256: 'c81601afa88bd544bbcdbf41ef273804e461fc791a8392c0cb2c9979db2821b8',
            notBefore: '2026-11-21T04:05:56Z',
            notAfter: '2026-11-21T04:07:08Z',
          },
          {
            subject: 'O=lab,CN=caint',
            issuer: 'O=lab,CN=caroot',
            serialNumber: '02',
            sha256: '072334f44d444d56db303d6bdd7c9a32fec7ccdba0e4cd48593c8fb162915395',
            notBefore: '2020-01-01T00:00:00Z',
            notAfter: '2059-12-31T00:00:00Z',
          },
          {
            subject: 'O=lab,CN=caroot',
            issuer: 'O=lab,CN=caroot',
            serialNumber: '01',
            sha256: '7b2aaef402f0ade009ec789f6a5fc0743a2363dd4b85d8471e1c3d07106831f8',
            notBefore: '2020-01-01T00:00:00Z',
            notAfter: '2060-01-01T00:00:00Z',
          },
        ],
      },
      warnings: [],
    });
  });
});

describe('key files of the real programs', () => {
  const refused: Readonly<Record<string, string>> = {
    'keys/p256.key': 'KEY_PASSWORD_WRONG',
    'keys/n16384.key': 'KEY_PARAMETERS',
    'keys/sec1.key': 'KEY_KIND',
  };

  it('has every row', () => {
    expect(expected.keyFiles).toHaveLength(8);
  });

  it.each(expected.keyFiles)('$file: $want ($why)', (row) => {
    const open = (): string =>
      describePublicKey(openPrivateKey(read(row.file).toString(), Buffer.from(row.password)))
        .fingerprint;
    if (row.want === 'open')
      expect(open()).toBe(parsePublicKey(read(row.publicKey).toString()).fingerprint);
    else expect(open).toThrow(expect.objectContaining({ code: refused[row.file] }));
  });
});
