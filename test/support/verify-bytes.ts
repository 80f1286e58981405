import { MemoryArchiveSource } from '../../src/adapters/memory/archive-source.ts';
import { SigstoreJudge } from '../../src/adapters/sigstore/signature-judge.ts';
import { inProcessCompute } from '../../src/archive/compute-in-process.ts';
import { parsePublicKey } from '../../src/attestation/public-key.ts';
import type { SignatureAlgorithm } from '../../src/attestation/signature-algorithm.ts';
import { type TrustInputs, trustOfKey } from '../../src/operations/trust-inputs.ts';
import { verifyArchive } from '../../src/operations/verify-archive.ts';
import { builtInPolicy } from '../../src/policy/policy.ts';
import type { TrustedKey } from '../../src/ports/signature-judge.ts';
import type { VerifyReport } from '../../src/report/verify-report.ts';

/**
 * What `verify` says of an archive in memory: with a key, or with signatures not asked for.
 * @param algorithm that is believed of the key; those that deploying programs take unless said
 */
export async function verifyBytes(
  bytes: Uint8Array,
  fileName: string,
  keyPem?: string,
  beside: Readonly<Record<string, Uint8Array>> = {},
  algorithm?: SignatureAlgorithm,
): Promise<VerifyReport> {
  const key = keyPem === undefined ? {} : trustIn(keyPem, algorithm);
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

function trustIn(
  pem: string,
  algorithm: SignatureAlgorithm | undefined,
): { readonly key: TrustedKey; readonly trust?: TrustInputs } {
  const key = { origin: 'test key', pem, fingerprint: parsePublicKey(pem).fingerprint };
  if (algorithm === undefined) return { key };
  const { policy, ...trust } = trustOfKey(key);
  const signers = [...policy.signers].map(
    ([name, signer]) => [name, signer.kind === 'key' ? { ...signer, algorithm } : signer] as const,
  );
  return { key, trust: { ...trust, policy: { ...policy, signers: new Map(signers) } } };
}
