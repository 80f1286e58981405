import { TrustedRootError } from '../attestation/attestation-error.ts';
import { parseTrustedRoot, type TrustedRoot } from '../attestation/trusted-root.ts';
import type { KnownEnd } from '../policy/trust/general-results.ts';
import type { TrustInputs } from './trust-inputs.ts';

/**
 * When what stands in the trusted roots ends: logs and authorities whom somebody in a role depends on, an
 * authority with the first of its certificates. A root that cannot be read is the judge's to tell.
 */
export function rootEnds({ policy, roots }: TrustInputs): readonly KnownEnd[] {
  const inRoles = new Set([...policy.roles.values()].flatMap(({ signers }) => signers));
  const used = new Set(
    [...policy.signers.values()].flatMap(({ name, trustedRoot }) =>
      trustedRoot === undefined || !inRoles.has(name) ? [] : [trustedRoot],
    ),
  );
  return [...used].flatMap((name) => {
    const root = readRoot(roots.get(name)?.bytes);
    return root === undefined ? [] : endsIn(root, `of the trusted root '${name}'`);
  });
}

function readRoot(bytes: Uint8Array | undefined): TrustedRoot | undefined {
  try {
    return bytes === undefined ? undefined : parseTrustedRoot(bytes);
  } catch (error) {
    if (error instanceof TrustedRootError) return undefined;
    throw error;
  }
}

function endsIn(root: TrustedRoot, where: string): readonly KnownEnd[] {
  const logs = [
    ...root.transparencyLogs.map((log) => ({ what: `the log ${log.baseUrl}`, ...log })),
    ...root.certificateLogs.map((log) => ({ what: `the certificate log ${log.baseUrl}`, ...log })),
  ].map(({ what, validFor }) => ({ what, ends: [validFor.end] }));
  const authorities = [
    ...root.certificateAuthorities.map((each, at) => ({
      what: `certificate authority ${at + 1}`,
      ...each,
    })),
    ...root.timestampAuthorities.map((each, at) => ({
      what: `timestamp authority ${at + 1}`,
      ...each,
    })),
  ].map(({ what, chain, validFor }) => ({
    what,
    ends: [validFor.end, ...chain.map(({ notAfter }) => notAfter)],
  }));
  return [...logs, ...authorities].flatMap(({ what, ends }) => {
    const [first] = ends
      .filter((end) => end !== undefined)
      .sort((a, b) => a.getTime() - b.getTime());
    return first === undefined ? [] : [{ what: `${what} ${where}`, end: first.toISOString() }];
  });
}
