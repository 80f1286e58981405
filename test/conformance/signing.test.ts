import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KeyBundleVerifier } from '../../src/adapters/sigstore/bundle-verifier.ts';
import { openPrivateKey } from '../../src/attestation/key-file.ts';
import { describePublicKey, parsePublicKey } from '../../src/attestation/public-key.ts';
import { parseStatement, requireSubject } from '../../src/attestation/statement.ts';
import { digestOf } from '../../src/oci/digest.ts';
import type { TrustedKey } from '../../src/ports/bundle-verifier.ts';

interface Row {
  readonly id: string;
  readonly kind: 'blob' | 'dsse';
  readonly bundle: string;
  readonly artifact: string;
  readonly key?: string;
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

/** Rows that ask for certificates, timestamps or log entries: they wait for the trusted root. */
const pending = [
  'key-timestamp',
  'dsse-provenance-timestamp',
  'cert-expired-but-stamped',
  'cert-dsse-stamped',
  'cert-mail',
  'no-log-entry',
  'no-timestamp',
  'timestamp-other-authority',
  'timestamp-of-other-signature',
  'cert-wrong-identity',
  'cert-wrong-issuer',
  'cert-expired-unstamped',
  'cert-stamp-missing',
  'cert-stamped-too-late',
  'cert-other-authority',
  'cert-chain-in-v0.3',
];

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
  'cert-key-policy': 'SIGNATURE_MATERIAL_KIND',
};

const run = { signal: new AbortController().signal };
const verifier = new KeyBundleVerifier();

async function judge(row: Row, form: 'bytes' | 'digest'): Promise<string> {
  const artifact = read(row.artifact);
  const { pem, fingerprint } = parsePublicKey(read(row.key ?? '').toString());
  const key: TrustedKey = { origin: row.key ?? '', pem, fingerprint };
  if (row.kind === 'blob') {
    const signed =
      form === 'bytes'
        ? ({ kind: 'bytes', bytes: artifact } as const)
        : ({ kind: 'digest', digest: digestOf(artifact) } as const);
    const judged = await verifier.verifyBlob(read(row.bundle), signed, key, run);
    return judged.outcome === 'valid' ? 'accept' : judged.code;
  }
  const judged = await verifier.verifyStatement(read(row.bundle), key, run);
  if (judged.outcome !== 'valid') return judged.code;
  try {
    requireSubject(
      parseStatement(judged.payload, { allowOldType: true }),
      digestOf(artifact),
      row.predicateType ?? '',
    );
    return 'accept';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'a stranger';
  }
}

describe('signatures of the real programs', () => {
  const judged = expected.rows.filter((row) => !pending.includes(row.id));

  it('names every row that is not judged yet', () => {
    expect(expected.rows).toHaveLength(38);
    const unjudged = expected.rows.map((row) => row.id).filter((id) => pending.includes(id));
    expect(unjudged.toSorted()).toEqual(pending.toSorted());
    expect(judged.filter((row) => row.key === undefined)).toEqual([]);
  });

  it.each(judged)('$id: $want ($why)', async (row) => {
    const want = row.want === 'accept' ? 'accept' : codes[row.id];
    expect(await judge(row, 'bytes')).toBe(want);
    expect(await judge(row, 'digest')).toBe(want);
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
