import type { Digest } from '../../oci/digest.ts';
import { approvalsFor, type ReadApproval } from './approval-evidence.ts';
import { countRole, type RoleCount, withoutSame } from './count-role.ts';
import { findRule, type NamedThing } from './find-rule.ts';
import type { CountedSignature, SignatureEvidence } from './signature-evidence.ts';
import type { TrustClock } from './trust-clock.ts';
import type { TrustPolicy, TrustRule } from './trust-policy.ts';
import type { TrustCode } from './trust-result.ts';

/** Something that is judged by its own signatures, or by what it lies in. */
export interface TrustObject extends NamedThing {
  /** Of what stays the same: zarf.yaml of a package, root manifest of a bundle, manifest of an image. */
  readonly digest: Digest | undefined;
  /** What it lies in, for reports. */
  readonly within?: string;
}

/** What vouches for it from outside. */
export interface Cover {
  /** In words: `the bundle's signature`. */
  readonly by: string;
  /** Number of the release it belongs to; undefined where no release statement lists it. */
  readonly counter?: number;
}

export type ObjectState = 'accepted' | 'covered' | 'refused' | 'undecided' | 'unsigned';

/** How far a thing is believed, and why. */
export interface ObjectDecision {
  readonly object: TrustObject;
  readonly state: ObjectState;
  /** Name of the entry of the policy that decided. */
  readonly rule: string | undefined;
  /** Signatures that counted. */
  readonly by: readonly CountedSignature[];
  /** What those cover, or what covers the thing. */
  readonly covers: string | undefined;
  readonly code?: TrustCode | string;
  readonly reason: string;
  /** What is demanded of approvals, and how far it is fulfilled; undefined: none are demanded of it. */
  readonly approvers?: readonly ApprovalDemand[];
}

/** How many people of a role have to approve, and how many of them did. */
export interface ApprovalDemand {
  readonly role: string;
  readonly threshold: number;
  readonly counted: number;
}

export interface JudgingContext {
  readonly policy: TrustPolicy;
  readonly clock: TrustClock;
  /** Approvals that lie with the thing, read and held against it: they count for approvers, beside the signatures over it. */
  readonly approvals?: readonly ReadApproval[];
}

/** Decides about one thing by the signatures over it. */
export function judgeObject(
  object: TrustObject,
  evidence: readonly SignatureEvidence[],
  cover: Cover | undefined,
  context: JudgingContext,
): ObjectDecision {
  const { policy } = context;
  const found = findRule(object, policy);
  const common = { object, rule: undefined, by: [], covers: undefined };
  if (found.outcome === 'none') {
    if (cover !== undefined)
      return {
        ...common,
        state: 'covered',
        covers: cover.by,
        reason: `covered by ${cover.by}; no entry of the trust policy speaks of it`,
      };
    const reason = `no entry of the trust policy is for ${kindNames[object.kind]} named '${object.name}'${object.version === undefined ? '' : ` in version ${object.version}`}`;
    return { ...common, state: 'refused', code: 'TRUST_NO_RULE', reason };
  }
  const { rule } = found;
  if (found.outcome === 'unknown') {
    const reason = `${rule.name} is for versions ${rule.versions?.text}, and '${object.version ?? 'none'}' cannot be compared with them`;
    return { ...common, rule: rule.name, state: 'refused', code: 'TRUST_VERSION_UNKNOWN', reason };
  }
  return { object, rule: rule.name, ...judgeByRule(rule, evidence, cover, context) };
}

function judgeByRule(
  rule: TrustRule,
  evidence: readonly SignatureEvidence[],
  cover: Cover | undefined,
  { policy, clock, approvals = [] }: JudgingContext,
): Omit<ObjectDecision, 'object' | 'rule'> {
  const { timestamps, maxAgeMs } = rule;
  const count = (role: string, over: readonly SignatureEvidence[]): RoleCount =>
    countRole({ role, timestamps, maxAgeMs }, over, clock, policy);
  const counts = countApart([
    count(rule.role, evidence),
    ...rule.approvers.map((role) => count(role, [...evidence, ...approvalsFor(approvals, role)])),
  ]);
  const by = counts.flatMap(({ counted }) => counted);
  const covers = coverage(by, evidence);
  const approvers = counts
    .slice(1)
    .map(({ role, threshold, counted }) => ({ role, threshold, counted: counted.length }));
  const demanded = approvers.length === 0 ? {} : { approvers };
  const isMet = counts.every((each) => each.isMet);
  const isCovered = cover !== undefined && !rule.ownSignature;
  const tooOld = isMet || isCovered ? counterProblem(rule, cover) : undefined;
  if (tooOld !== undefined) return { by, covers, ...tooOld, ...demanded };
  if (isMet)
    return { state: 'accepted', by, covers, reason: `signed by ${signersOf(by)}`, ...demanded };
  if (isCovered)
    return { state: 'covered', by, covers: cover.by, reason: `covered by ${cover.by}` };
  return { by, covers, ...shortcoming(counts, evidence, rule), ...demanded };
}

/**
 * Nobody approves what he signed, nor for two roles, whatever names he has in the policy. Who could do several does the
 * one that leaves all roles filled, so that the order of signatures decides nothing.
 * @param counts of the signers first, then of each role of approvers; few, as the schema has it
 */
function countApart(counts: readonly RoleCount[]): readonly RoleCount[] {
  const places = counts.map((_, index) => index);
  const inTurn = (order: readonly number[]): readonly RoleCount[] => {
    const taken: CountedSignature[] = [];
    const left = new Map<number, RoleCount>();
    for (const index of order) {
      const count = counts[index];
      if (count === undefined) continue;
      const own = taken.length === 0 ? count : withoutSame(count, taken);
      left.set(index, own);
      taken.push(...own.all);
    }
    return places.flatMap((index) => left.get(index) ?? []);
  };
  for (const order of orders(places)) {
    const counted = inTurn(order);
    if (counted.every(({ isMet }) => isMet)) return counted;
  }
  return inTurn(places);
}

/** Every order of a few things, the given one first. */
function* orders(things: readonly number[]): Generator<readonly number[]> {
  if (things.length < 2) yield things;
  else
    for (const first of things)
      for (const rest of orders(things.filter((each) => each !== first))) yield [first, ...rest];
}

/** Why the number of the release is not late enough; undefined where it is, or none is demanded. */
function counterProblem(
  { minCounter, name }: TrustRule,
  cover: Cover | undefined,
): Pick<ObjectDecision, 'state' | 'code' | 'reason'> | undefined {
  if (minCounter === undefined) return undefined;
  const demand = `${name} demands release number ${minCounter} or later`;
  if (cover?.counter === undefined) {
    const reason = `${demand}, and only a release statement says which it is`;
    return { state: 'undecided', code: 'TRUST_COUNTER_UNKNOWN', reason };
  }
  if (cover.counter >= minCounter) return undefined;
  const reason = `${demand}, and the release has number ${cover.counter}`;
  return { state: 'refused', code: 'TRUST_COUNTER', reason };
}

/** Why what is there is not enough: the one reason where there is one, else the sum. */
function shortcoming(
  counts: readonly RoleCount[],
  evidence: readonly SignatureEvidence[],
  rule: TrustRule,
): Pick<ObjectDecision, 'state' | 'code' | 'reason'> {
  if (evidence.length === 0) {
    const own = rule.ownSignature
      ? 'a signature of its own is demanded, and there is none'
      : 'it is not signed';
    return { state: 'unsigned', code: 'SIGNATURE_ABSENT', reason: own };
  }
  const refusals = evidence.flatMap(({ location, result }) =>
    result.outcome === 'valid' ? [] : [{ location, ...result }],
  );
  const holding = evidence.length - refusals.length;
  if (holding === 0) {
    const worst = refusals.find(({ outcome }) => outcome === 'invalid') ?? refusals[0];
    return {
      state: worst?.outcome === 'undecided' ? 'undecided' : 'refused',
      code: worst?.code ?? 'TRUST_THRESHOLD',
      reason: refusals.map(({ location, reason }) => `${location}: ${reason}`).join('; '),
    };
  }
  const unmet = counts.filter(({ isMet }) => !isMet);
  const [signed, ...approved] = counts;
  const releasers = new Set(signed?.all.map(({ location }) => location));
  // Who signed for the release is not expected among those who approve.
  const passedOver = unmet.flatMap((count) =>
    count.passedOver.filter(({ location }) => count === signed || !releasers.has(location)),
  );
  const codes = new Set(passedOver.map(({ code }) => code));
  const [only] = codes;
  // One reason for all of it; where some signatures count, what is missing is their number.
  const none = counts.every(({ counted }) => counted.length === 0);
  const sums = unmet.map(
    ({ role, threshold, counted: some, open }) =>
      `${some.length} of the ${threshold} signers demanded of the role '${role}'${some.length === 0 ? '' : ` (${signersOf(some)})`}${open.length === 0 ? '' : `, missing ${namesOf(open)}`}`,
  );
  const why = [
    ...new Set([
      ...passedOver.map(({ location, message }) => `${location}: ${message}`),
      ...refusals.map(({ location, reason }) => `${location}: ${reason}`),
    ]),
  ];
  return {
    state: refusals.some(({ outcome }) => outcome === 'undecided') ? 'undecided' : 'refused',
    code:
      signed?.isMet === true && approved.length > 0
        ? 'TRUST_APPROVALS_MISSING'
        : none && refusals.length === 0 && codes.size === 1 && only !== undefined
          ? only
          : 'TRUST_THRESHOLD',
    reason: [sums.join('; '), ...why].join('; '),
  };
}

function coverage(
  by: readonly CountedSignature[],
  evidence: readonly SignatureEvidence[],
): string | undefined {
  const locations = new Set(by.map(({ location }) => location));
  const words = evidence
    .filter(({ location }) => locations.has(location))
    .map((each) => each.covers);
  return words.length === 0 ? undefined : [...new Set(words)].join('; ');
}

/** Names of signers, each once. */
function signersOf(by: readonly CountedSignature[]): string {
  return [...new Set(by.map(({ signer }) => signer))].join(', ');
}

const kindNames = {
  statement: 'releases',
  bundle: 'bundles',
  package: 'packages',
  image: 'images',
} as const;

/** Whose signature would do, a few by name. */
function namesOf(names: readonly string[]): string {
  const told = names.slice(0, 5).map((name) => `'${name}'`);
  const more = names.length - told.length;
  return `${told.join(' or ')}${more > 0 ? ` or one of ${more} more` : ''}`;
}
