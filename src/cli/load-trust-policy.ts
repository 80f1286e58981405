import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TrustedRootError } from '../attestation/attestation-error.ts';
import { parseTrustedRoot } from '../attestation/trusted-root.ts';
import { digestOf, hexOf } from '../oci/digest.ts';
import { describeProblems } from '../operations/describe-problems.ts';
import { parseTrustPolicy } from '../policy/trust/parse-trust-policy.ts';
import { TrustPolicyError } from '../policy/trust/trust-error.ts';
import type { PinnedRoot, TrustPolicy } from '../policy/trust/trust-policy.ts';
import type { TrustedRootFile } from '../ports/signature-judge.ts';
import type { DocumentProblem } from '../support/document-problem.ts';

/** A trust policy with everything it points to. */
export interface LoadedTrustPolicy {
  readonly policy: TrustPolicy;
  /** By name in the policy. */
  readonly roots: ReadonlyMap<string, TrustedRootFile>;
  /** Warnings, by place. */
  readonly problems: readonly DocumentProblem[];
}

const maxBytes = 2 ** 20;
const maxRootBytes = 4 * 2 ** 20;

/**
 * Reads a trust policy and the trusted roots beside it.
 * @throws TrustPolicyError TRUST_POLICY_UNREADABLE, TRUST_POLICY_INVALID with places, TRUST_ROOT_UNREADABLE, TRUST_ROOT_DIGEST, TRUST_ROOT_INVALID
 */
export async function loadTrustPolicy(path: string): Promise<LoadedTrustPolicy> {
  const bytes = await readLimited(path, maxBytes).catch((cause: unknown) => {
    throw new TrustPolicyError(
      'TRUST_POLICY_UNREADABLE',
      `the trust policy ${path} cannot be read`,
      { cause, suggestions: ['Check the path and its permissions'] },
    );
  });
  const { policy, problems } = parseTrustPolicy(bytes, path);
  if (policy === undefined) {
    throw new TrustPolicyError('TRUST_POLICY_INVALID', describeProblems(path, problems), {
      suggestions: [
        'schemas/trust-policy.schema.json describes every field; docs/trust.md says what they mean',
      ],
    });
  }
  const roots = new Map<string, TrustedRootFile>();
  for (const [name, root] of policy.trustedRoots) roots.set(name, await readRoot(path, root));
  return { policy, roots, problems };
}

async function readRoot(
  policyPath: string,
  { name, file, sha256 }: PinnedRoot,
): Promise<TrustedRootFile> {
  const path = join(dirname(policyPath), file);
  const bytes = await readLimited(path, maxRootBytes).catch((cause: unknown) => {
    throw new TrustPolicyError(
      'TRUST_ROOT_UNREADABLE',
      `the trusted root '${name}' cannot be read: ${path}`,
      { cause, suggestions: [`Put ${file} beside ${policyPath}`] },
    );
  });
  const actual = hexOf(digestOf(bytes));
  if (actual !== sha256) {
    throw new TrustPolicyError(
      'TRUST_ROOT_DIGEST',
      `the trusted root '${name}' is another one: ${path} has the SHA-256 ${actual}, the policy pins ${sha256}`,
      {
        suggestions: [
          'Put the file the policy was written for there; change the policy only if you know why the file changed',
        ],
      },
    );
  }
  requireRootForm(name, path, bytes);
  return { origin: path, sha256, bytes };
}

/** A root nobody can judge by is said now, not when the first certificate comes. */
function requireRootForm(name: string, path: string, bytes: Uint8Array): void {
  try {
    parseTrustedRoot(bytes);
  } catch (cause) {
    if (!(cause instanceof TrustedRootError)) throw cause;
    throw new TrustPolicyError(
      'TRUST_ROOT_INVALID',
      `the trusted root '${name}' in ${path} cannot be used: ${cause.message}`,
      { cause, suggestions: ['Ask whoever runs that instance for its trusted_root.json'] },
    );
  }
}

async function readLimited(path: string, most: number): Promise<Buffer> {
  const { size } = await stat(path);
  if (size > most) throw new RangeError(`more than ${most} bytes`);
  return readFile(path);
}
