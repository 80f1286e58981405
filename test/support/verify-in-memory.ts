import { readFileSync } from 'node:fs';
import { MemoryArchiveSource } from '../../src/adapters/memory/archive-source.ts';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import { parsePublicKey } from '../../src/attestation/public-key.ts';
import { verifyArchive } from '../../src/operations/verify-archive.ts';
import { builtInPolicy } from '../../src/policy/policy.ts';
import type { TrustedKey } from '../../src/ports/signature-judge.ts';
import type { VerifyReport } from '../../src/report/verify-report.ts';

/** What `verify` says of an archive in memory, under the built-in policy. */
export async function verifyInMemory(
  archive: { readonly bytes: Uint8Array; readonly fileName: string },
  trust: { readonly key?: TrustedKey; readonly allowUnsigned: boolean },
): Promise<VerifyReport> {
  const { bytes, fileName } = archive;
  const ports = {
    source: new MemoryArchiveSource({ [fileName]: bytes }),
    compute: inProcessCompute(),
    signatures: new SigstoreJudge(),
  };
  const request = {
    location: fileName,
    policy: builtInPolicy,
    wholeDigest: false,
    programVersion: '0.0.0',
    ...trust,
  };
  return verifyArchive(request, ports, { signal: new AbortController().signal });
}

/** A public key file as somebody trusts it. */
export function trustedKey(path: string): TrustedKey {
  const { pem, fingerprint } = parsePublicKey(readFileSync(path, 'utf8'));
  return { origin: path, pem, fingerprint };
}
