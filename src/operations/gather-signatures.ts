import type { Release } from '../attestation/release-statement.ts';
import type {
  ArchiveFacts,
  ArchiveSignature,
  PackageFacts,
  SignatureFacts,
} from '../checks/facts.ts';
import type { BundleVerifier, SignatureOutcome, TrustedKey } from '../ports/bundle-verifier.ts';
import type { Run } from '../support/run.ts';
import { evidenceSignature, oneHalf } from './evidence-signature.ts';

export interface SignatureRequest {
  readonly key?: TrustedKey;
  readonly allowUnsigned: boolean;
  /** Detached signature over the whole archive. */
  readonly detached?: Uint8Array;
  readonly release?: VerifiedRelease;
}

/** A release statement whose signature held under the given key. */
export interface VerifiedRelease {
  readonly location: string;
  readonly fingerprint: string;
  readonly release: Release;
}

/** Finds every signature of an archive and judges those that the given key can be compared with. */
export async function gatherSignatures(
  facts: ArchiveFacts,
  request: SignatureRequest,
  verifier: BundleVerifier,
  run: Run,
): Promise<SignatureFacts> {
  const { key, allowUnsigned } = request;
  const members = new Map<string, ArchiveSignature>();
  for (const each of facts.packages) {
    const signature = await packageSignature(each, key, verifier, run);
    if (signature !== undefined) members.set(each.label, signature);
  }
  const inBundle = facts.bundle !== undefined;
  const own = inBundle
    ? await bundleSignature(facts, request, verifier, run)
    : [...members.values()][0];
  return { key, allowUnsigned, archive: own, members: inBundle ? members : new Map() };
}

async function bundleSignature(
  facts: ArchiveFacts,
  { key, detached, release }: SignatureRequest,
  verifier: BundleVerifier,
  run: Run,
): Promise<ArchiveSignature | undefined> {
  if (detached === undefined)
    return (
      (release === undefined ? undefined : listedIn(release, facts)) ??
      evidenceSignature(facts, key, verifier, run)
    );
  const { digest } = facts.container;
  let result: SignatureOutcome | undefined;
  if (digest === undefined)
    result = {
      outcome: 'undecided',
      code: 'SIGNATURE_UNREAD',
      reason: 'the archive could not be read to its end',
    };
  else if (key !== undefined)
    result = await verifier.verifyBlob(detached, { kind: 'digest', digest }, key, run);
  const location = `${facts.identity.fileName ?? 'archive'}.sigstore.json`;
  return { location, kind: 'detached', covers: 'every byte of the archive', result };
}

/** An archive is listed by the digest of its root: however it was compressed since, that is what was signed. */
function listedIn(
  { location, fingerprint, release }: VerifiedRelease,
  { identity, bundle, container }: ArchiveFacts,
): ArchiveSignature | undefined {
  const listed = release.files.find(
    ({ name, root }) =>
      name === identity.fileName && root?.kind === 'bundle' && root.digest === bundle?.rootDigest,
  );
  if (listed === undefined) return undefined;
  // The root of a hybrid leads to its legacy half alone.
  if (bundle?.format === 'hybrid' && listed.digest !== container.digest)
    return {
      location,
      kind: 'release-statement',
      covers: 'the root manifest of the legacy half',
      result: oneHalf(location),
    };
  return {
    location,
    kind: 'release-statement',
    covers: 'the root manifest, and through it every file',
    result: { outcome: 'valid', fingerprint, warnings: [] },
  };
}

async function packageSignature(
  { files, signatureFile }: PackageFacts,
  key: TrustedKey | undefined,
  verifier: BundleVerifier,
  run: Run,
): Promise<ArchiveSignature | undefined> {
  if (signatureFile === undefined) return undefined;
  const kind =
    signatureFile === 'zarf.bundle.sig' ? ('zarf-bundle' as const) : ('zarf-legacy' as const);
  const shared = { location: signatureFile, kind, covers: 'zarf.yaml, and through it every file' };
  const signature = files.get(signatureFile)?.content;
  const definition = files.get('zarf.yaml')?.content;
  if (signature === undefined || definition === undefined) {
    return {
      ...shared,
      result: {
        outcome: 'undecided',
        code: 'SIGNATURE_UNREAD',
        reason: 'signature or zarf.yaml are missing or too large to be kept',
      },
    };
  }
  if (key === undefined) return { ...shared, result: undefined };
  const artifact = { kind: 'bytes', bytes: definition } as const;
  const result =
    kind === 'zarf-bundle'
      ? await verifier.verifyBlob(signature, artifact, key, run)
      : await verifier.verifyDetached(signature, artifact, key, run);
  return { ...shared, result };
}
