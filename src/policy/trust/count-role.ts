import type { CountedSignature, HeldUnder, SignatureEvidence } from './signature-evidence.ts';
import { iso, type TimeProblem, type TrustClock, timeProblem } from './trust-clock.ts';
import type { TrustPolicy } from './trust-policy.ts';

/** What a role demands of signatures beyond holding. */
export interface RoleDemand {
  readonly role: string;
  /** Signed times on each. */
  readonly timestamps: number;
  /** Milliseconds between the oldest signed time and now, at most. */
  readonly maxAgeMs: number | undefined;
}

/** How far signatures over one and the same content fulfil a role. */
export interface RoleCount {
  readonly role: string;
  readonly threshold: number;
  /** One per different signer. */
  readonly counted: readonly CountedSignature[];
  /** Every signature that counts, before it is told which are by one signer. */
  readonly all: readonly CountedSignature[];
  /** Signatures that hold and do not count, with the reason. */
  readonly passedOver: readonly (TimeProblem & { readonly location: string })[];
  readonly isMet: boolean;
  /** Names in the role by which nobody signed yet, as the policy orders them. */
  readonly open: readonly string[];
}

/**
 * Counts the different signers of a role. One key under two names, one identity in two bundles and all
 * that one pattern matches count once.
 */
export function countRole(
  demand: RoleDemand,
  evidence: readonly SignatureEvidence[],
  clock: TrustClock,
  policy: TrustPolicy,
): RoleCount {
  const role = policy.roles.get(demand.role);
  const threshold = role?.threshold ?? Number.POSITIVE_INFINITY;
  const members = role?.signers ?? [];
  const counted: CountedSignature[] = [];
  const passedOver: (TimeProblem & { readonly location: string })[] = [];
  for (const { location, result } of evidence) {
    if (result.outcome !== 'valid') continue;
    const inRole = result.by.filter(({ signer }) => members.includes(signer));
    if (inRole.length === 0) {
      const who = [...new Set(result.by.map(({ signer }) => `'${signer}'`))].join(', ');
      const message = `it is by ${who}, who is not in the role '${demand.role}'`;
      passedOver.push({ location, code: 'TRUST_NOT_IN_ROLE', message });
      continue;
    }
    const judged = inRole.map((held) => ({
      held,
      problem: problemOf(held, demand, clock, policy),
    }));
    const good = judged.find(({ problem }) => problem === undefined);
    if (good !== undefined)
      counted.push({ ...good.held, location, role: demand.role, ...validityOf(good.held, policy) });
    else
      for (const { problem } of judged)
        if (problem !== undefined) passedOver.push({ location, ...problem });
  }
  const different = differentSigners(counted);
  return {
    role: demand.role,
    threshold,
    counted: different,
    all: counted,
    passedOver,
    isMet: different.length >= threshold,
    open: members.filter((name) => !counted.some(({ signer }) => signer === name)),
  };
}

/**
 * A count without those who signed in another role by another name: two entries of a policy may fit one
 * identity, which only its certificate shows. One that stands in both roles by the same name is meant to.
 */
export function withoutSame(count: RoleCount, signed: readonly CountedSignature[]): RoleCount {
  const sameAs = ({ party, signer }: CountedSignature): CountedSignature | undefined =>
    party.startsWith('identity:')
      ? signed.find((other) => other.party === party && other.signer !== signer)
      : undefined;
  const all = count.all.filter((each) => sameAs(each) === undefined);
  const passedOver = count.all.flatMap((each) => {
    const same = sameAs(each);
    if (same === undefined) return [];
    const message = `'${each.signer}' is who signed for the role '${same.role}', by another name`;
    return [{ location: each.location, code: 'TRUST_NOT_IN_ROLE', message } as const];
  });
  const counted = differentSigners(all);
  return {
    ...count,
    counted,
    all,
    passedOver: [...count.passedOver, ...passedOver],
    isMet: counted.length >= count.threshold,
  };
}

function problemOf(
  held: HeldUnder,
  { timestamps, maxAgeMs }: RoleDemand,
  clock: TrustClock,
  policy: TrustPolicy,
): TimeProblem | undefined {
  const { signer: name, stampedTimes } = held;
  const signer = policy.signers.get(name);
  if (signer === undefined)
    return { code: 'TRUST_NOT_IN_ROLE', message: `nobody is called '${name}'` };
  const outOfTime = timeProblem(signer, held, clock, policy);
  if (outOfTime !== undefined) return outOfTime;
  if (stampedTimes.length < timestamps) {
    const message = `the signature of '${name}' has ${stampedTimes.length} signed times that could be believed, ${timestamps} are demanded`;
    return { code: 'TRUST_TIMESTAMPS', message };
  }
  if (maxAgeMs === undefined) return undefined;
  const oldest = Math.min(...stampedTimes.map((time) => Date.parse(time)));
  if (clock.latest - oldest <= maxAgeMs) return undefined;
  const message = `the signature of '${name}' was stamped at ${iso(oldest)}, which is longer ago than is accepted (now is ${iso(clock.latest)})`;
  return { code: 'TRUST_AGE', message };
}

/** When the policy lets signatures of a signer count; nothing where it sets no end to them. */
function validityOf(
  { signer: name }: HeldUnder,
  { signers }: TrustPolicy,
): Pick<CountedSignature, 'validity'> {
  const { notBefore, notAfter, revokedAt } = signers.get(name) ?? {};
  if ([notBefore, notAfter, revokedAt].every((time) => time === undefined)) return {};
  return {
    validity: {
      ...(notBefore === undefined ? {} : { notBefore }),
      ...(notAfter === undefined ? {} : { notAfter }),
      ...(revokedAt === undefined ? {} : { revokedAt }),
    },
  };
}

/** The first signature of each signer: equal party or equal name is one. */
function differentSigners(all: readonly CountedSignature[]): readonly CountedSignature[] {
  const groups: { parties: Set<string>; names: Set<string>; first: CountedSignature }[] = [];
  for (const each of all) {
    const [into, ...more] = groups.filter(
      ({ parties, names }) => parties.has(each.party) || names.has(each.signer),
    );
    if (into === undefined) {
      groups.push({ parties: new Set([each.party]), names: new Set([each.signer]), first: each });
      continue;
    }
    into.parties.add(each.party);
    into.names.add(each.signer);
    // It ties together what looked like two.
    for (const other of more) {
      for (const party of other.parties) into.parties.add(party);
      for (const name of other.names) into.names.add(name);
      groups.splice(groups.indexOf(other), 1);
    }
  }
  return groups.map(({ first }) => first);
}
