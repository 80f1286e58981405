import type { Digest } from '../oci/digest.ts';
import type { SignedArchive } from '../operations/sign-request.ts';
import type { Signer } from '../ports/signer.ts';
import { formatSize } from '../support/format-size.ts';

/** What `sign --output json` prints. */
export interface SignResult {
  readonly schema: 'cowa-release/sign-result/v1';
  readonly outcome: 'signed' | 'unchanged';
  readonly kind: 'package' | 'bundle';
  /** The archive that is signed now. */
  readonly archive: string;
  /** Bytes. */
  readonly size: number;
  /** Of the whole file, where the signature is over it. */
  readonly digest: Digest | null;
  /** What stays the same after another compression: zarf.yaml of a package, root manifest of a bundle. */
  readonly root: Digest | null;
  /** The entry inside a package, the file beside a bundle. */
  readonly signature: string;
  /** SHA-256 of the signing key's SPKI; of issuer and subject for an identity. */
  readonly fingerprint: string;
  /** Whom the certificate names; null where a key signed. */
  readonly identity: { readonly issuer: string; readonly san: string } | null;
  /** The program that reached the key; null where it was this one. */
  readonly tool: { readonly path: string; readonly digest: Digest } | null;
  readonly notes: readonly string[];
}

export function toSignResult(
  { outcome, kind, archive, size, signature, fingerprint, report, notes }: SignedArchive,
  { material, tool }: Pick<Signer, 'material' | 'tool'>,
): SignResult {
  const { digest, root } = report.archive;
  return {
    schema: 'cowa-release/sign-result/v1',
    outcome,
    kind,
    archive,
    size,
    digest: digest ?? null,
    root: root?.digest ?? null,
    signature,
    fingerprint,
    identity: material.kind === 'key' ? null : { issuer: material.issuer, san: material.san },
    tool: tool ?? null,
    notes,
  };
}

/**
 * What a person wants to know: what is signed, by whom, and how the other side checks it.
 * @param trust flags by which the other side says whom it trusts
 */
export function renderSign(result: SignResult, trust: string): string {
  const { outcome, kind, archive, size, signature, fingerprint, digest, root, notes } = result;
  const { identity, tool } = result;
  return [
    `${outcome === 'signed' ? 'SIGNED' : 'UNCHANGED'}  ${archive} (${formatSize(size)})${outcome === 'signed' ? '' : ': signed by this key before'}`,
    identity === null
      ? `  key        ${fingerprint}`
      : `  identity   ${identity.san} of ${identity.issuer}`,
    ...(tool === null ? [] : [`  through    ${tool.path} (${tool.digest})`]),
    `  signature  ${kind === 'package' ? `${signature} inside the package` : signature}`,
    ...(digest === null ? [] : [`  digest     ${digest}`]),
    ...(root === null ? [] : [`  root       ${root}`]),
    ...notes.map((note) => `Note: ${note}`),
    `Next: cowa-release verify ${archive} ${trust}`,
  ].join('\n');
}
