import type { ArchiveFacts, ArchiveSignature } from '../checks/facts.ts';
import type { BundleVerifier, SignatureOutcome, TrustedKey } from '../ports/bundle-verifier.ts';
import type { Run } from '../support/run.ts';

const location = 'uds.bundle.sig';

/**
 * The signature that a next bundle carries over its index. In a hybrid it covers one half only, so
 * that a valid one still leaves the bundle undecided: the legacy half could be anyone's.
 * @see shared reference of the UDS bundle format, 5.1
 */
export async function evidenceSignature(
  facts: ArchiveFacts,
  key: TrustedKey | undefined,
  verifier: BundleVerifier,
  run: Run,
): Promise<ArchiveSignature | undefined> {
  const { bundle, entries } = facts;
  const named = (path: string) =>
    entries.find((entry) => entry.path === path && entry.type === 'file');
  const evidence = named(location);
  if (evidence === undefined || bundle === undefined || bundle.format === 'legacy')
    return undefined;
  const isHalf = bundle.format === 'hybrid';
  const shared = {
    location,
    kind: 'uds-bundle',
    covers: `oci/index.json, and through it every blob${isHalf ? ' of the next half' : ''}`,
  } as const;
  const index = named('oci/index.json');
  if (evidence.content === undefined || index?.content === undefined) {
    return {
      ...shared,
      result: {
        outcome: 'undecided',
        code: 'SIGNATURE_UNREAD',
        reason: 'the signature or oci/index.json is missing or too large to be kept',
      },
    };
  }
  if (key === undefined) return { ...shared, result: undefined };
  const result = await verifier.verifyBlob(
    evidence.content,
    { kind: 'bytes', bytes: index.content },
    key,
    run,
  );
  return { ...shared, result: isHalf && result.outcome === 'valid' ? oneHalf(location) : result };
}

/** A signature that holds, and says nothing of the other half. */
export function oneHalf(where: string): SignatureOutcome {
  return {
    outcome: 'undecided',
    code: 'SIGNATURE_HALF',
    reason: `${where} covers one half of the hybrid, and nothing the other; sign the whole file beside it`,
  };
}
