import { iso } from './trust-clock.ts';
import type { PolicySigner, Role, TrustPolicy } from './trust-policy.ts';

/** A role that does not reach its threshold with what is signed today. */
export interface RoleTimes {
  readonly role: string;
  /** `stamped`: only what was provably signed earlier counts. `nobody`: nothing does. */
  readonly counts: 'stamped' | 'nobody';
  readonly message: string;
}

/** What time has made of a policy. */
export interface PolicyTimes {
  readonly ended: boolean;
  /** By name. */
  readonly roles: readonly RoleTimes[];
  /** Nothing can pass under it today, whoever signed whatever. */
  readonly nothingPasses: boolean;
}

/**
 * Which roles of a policy nobody can fill any more, or not yet.
 * @param now milliseconds since 1970
 */
export function timesOfPolicy(policy: TrustPolicy, now: number): PolicyTimes {
  const ended = policy.expires !== undefined && Date.parse(policy.expires) < now;
  const roles = [...policy.roles.values()]
    .flatMap((role) => timesOfRole(role, policy, now) ?? [])
    .sort((a, b) => (a.role < b.role ? -1 : 1));
  const empty = new Set(roles.filter(({ counts }) => counts === 'nobody').map(({ role }) => role));
  const unmet = policy.rules.every(({ role, approvers }) =>
    [role, ...approvers].some((each) => empty.has(each)),
  );
  return { ended, roles, nothingPasses: ended || unmet };
}

function timesOfRole(
  { name, threshold, signers: names }: Role,
  { signers }: TrustPolicy,
  now: number,
): RoleTimes | undefined {
  const all = names.flatMap((each) => signers.get(each) ?? []);
  const judged = all.map((signer) => ({ signer, ...timeOf(signer, all, now) }));
  const parties = (states: readonly string[]): number =>
    new Set(
      judged.filter(({ state }) => states.includes(state)).map(({ signer }) => partyOf(signer)),
    ).size;
  if (parties(['now']) >= threshold) return undefined;
  const reasons = judged.flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
  const stamped = parties(['now', 'stamped']) >= threshold;
  const what = stamped
    ? 'only signatures with an earlier signed time count'
    : 'nothing that is signed counts';
  return {
    role: name,
    counts: stamped ? 'stamped' : 'nobody',
    message: `the role '${name}' takes ${threshold} of ${names.length}, and ${what}: ${reasons.join('; ')}`,
  };
}

interface SignerTime {
  readonly state: 'now' | 'stamped' | 'never';
  readonly reason?: string;
}

/** A key is revoked under all its names. What has ended counts where a signed time of an authority can say that it was earlier. */
function timeOf(signer: PolicySigner, all: readonly PolicySigner[], now: number): SignerTime {
  const { name, notBefore, notAfter, trustedRoot } = signer;
  const revokedAt = all
    .filter((other) => partyOf(other) === partyOf(signer))
    .flatMap((other) => (other.revokedAt === undefined ? [] : [other.revokedAt]))
    .sort()
    .at(0);
  if (notBefore !== undefined && Date.parse(notBefore) > now)
    return { state: 'never', reason: `'${name}' is valid from ${iso(Date.parse(notBefore))}` };
  const state = trustedRoot === undefined ? 'never' : 'stamped';
  if (revokedAt !== undefined)
    return { state, reason: `'${name}' was revoked at ${iso(Date.parse(revokedAt))}` };
  if (notAfter !== undefined && Date.parse(notAfter) < now)
    return { state, reason: `'${name}' was valid until ${iso(Date.parse(notAfter))}` };
  return { state: 'now' };
}

function partyOf(signer: PolicySigner): string {
  return signer.kind === 'key'
    ? `key:${signer.fingerprint}`
    : `identity:${signer.issuer} ${signer.san.text}`;
}
