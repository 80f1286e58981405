import { MemoryArchiveSource } from '../../src/adapters/memory/archive-source.ts';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import { parsePublicKey } from '../../src/attestation/public-key.ts';
import { verifyArchive } from '../../src/operations/verify-archive.ts';
import { builtInPolicy } from '../../src/policy/policy.ts';
import type { VerifyReport } from '../../src/report/verify-report.ts';

/** What `verify` says of an archive in memory: with a key, or with signatures not asked for. */
export async function verifyBytes(
  bytes: Uint8Array,
  fileName: string,
  keyPem?: string,
  beside: Readonly<Record<string, Uint8Array>> = {},
): Promise<VerifyReport> {
  const key =
    keyPem === undefined
      ? {}
      : {
          key: { origin: 'test key', pem: keyPem, fingerprint: parsePublicKey(keyPem).fingerprint },
        };
  await using compute = inProcessCompute();
  return await verifyArchive(
    {
      location: fileName,
      policy: builtInPolicy,
      allowUnsigned: keyPem === undefined,
      wholeDigest: false,
      programVersion: '0.0.0',
      ...key,
    },
    {
      source: new MemoryArchiveSource({ ...beside, [fileName]: bytes }),
      compute,
      signatures: new SigstoreJudge(),
    },
    { signal: new AbortController().signal },
  );
}
