import { readFile } from 'node:fs/promises';
import { FsArchiveSource } from '../../src/adapters/fs/archive-source.ts';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import { parsePublicKey } from '../../src/attestation/public-key.ts';
import { verifyArchive } from '../../src/operations/verify-archive.ts';
import { builtInPolicy } from '../../src/policy/policy.ts';
import type { VerifyReport } from '../../src/report/verify-report.ts';

/** What `verify` says of a file: by a key, or unsigned and allowed to be. */
export async function judgeFile(path: string, publicKey?: string): Promise<VerifyReport> {
  const pem = publicKey === undefined ? undefined : await readFile(publicKey, 'utf8');
  await using compute = inProcessCompute();
  return await verifyArchive(
    {
      location: path,
      policy: builtInPolicy,
      allowUnsigned: pem === undefined,
      wholeDigest: false,
      programVersion: '0.0.0',
      ...(pem === undefined || publicKey === undefined
        ? {}
        : { key: { origin: publicKey, pem, fingerprint: parsePublicKey(pem).fingerprint } }),
    },
    { source: new FsArchiveSource(), compute, signatures: new SigstoreJudge() },
    { signal: new AbortController().signal },
  );
}

/** Outcome, and what failed or is missing: short enough to be read in a test's output. */
export function summaryOf({ verdict, findings, signature }: VerifyReport): {
  readonly outcome: string;
  readonly signature: string;
  readonly failed: readonly string[];
} {
  return {
    outcome: verdict.outcome,
    signature: signature.outcome,
    failed: findings
      .filter(({ outcome, severity }) => outcome === 'fail' && severity === 'error')
      .map(({ id, subject, message }) => `${id} ${subject.name}: ${message}`),
  };
}
