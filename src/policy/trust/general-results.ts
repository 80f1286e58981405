import { printable } from '../../support/printable.ts';
import type { SignatureEvidence } from './signature-evidence.ts';
import { iso, type TrustClock } from './trust-clock.ts';
import type { TrustPolicy } from './trust-policy.ts';
import type { TrustResult, TrustSubject } from './trust-result.ts';

const dayMs = 24 * 3_600_000;

/** Refusals that mean: somebody nobody named, or something else than was signed; which of them cannot be told. */
const foreignCodes: readonly string[] = [
  'SIGNATURE_MISMATCH',
  'SIGNATURE_MATERIAL_KIND',
  'SIGNATURE_IDENTITY',
  'SIGNATURE_CERTIFICATE_CHAIN',
];

/** Whether the policy itself may still be used. */
export function policyResult(
  policy: TrustPolicy,
  clock: TrustClock,
  subject: TrustSubject,
): TrustResult {
  const { origin, expires, version } = policy;
  const common = { topic: 'policy', subject } as const;
  if (origin === undefined || expires === undefined)
    return {
      ...common,
      outcome: 'not-applicable',
      message: 'a key was given, and no trust policy',
    };
  if (clock.latest > Date.parse(expires)) {
    const message = `the trust policy ${origin.location} ended at ${expires}, and it is ${iso(clock.latest)}`;
    return { ...common, outcome: 'fail', code: 'TRUST_POLICY_EXPIRED', message };
  }
  const message = `the trust policy ${origin.location} has version ${version} and holds until ${expires}`;
  return { ...common, outcome: 'pass', message };
}

/** Content that the policy refuses whoever signed it. */
export function revokedResults(
  present: readonly TrustSubject[],
  { revokedDigests }: TrustPolicy,
  subject: TrustSubject,
): readonly TrustResult[] {
  const topic = 'revoked';
  if (revokedDigests.size === 0)
    return [{ topic, subject, outcome: 'not-applicable', message: 'no digest is revoked' }];
  const found = present.flatMap((each): TrustResult[] => {
    const reason = each.digest === undefined ? undefined : revokedDigests.get(each.digest);
    if (reason === undefined) return [];
    const message = `${each.digest} is revoked: ${reason}`;
    return [{ topic, subject: each, outcome: 'fail', code: 'TRUST_DIGEST_REVOKED', message }];
  });
  if (found.length > 0) return found;
  const message = `none of ${present.length} digests is among the ${revokedDigests.size} revoked`;
  return [{ topic, subject, outcome: 'pass', message }];
}

/** A machine whose clock stands behind what authorities have signed. */
export function clockResult(
  times: readonly string[],
  { now }: TrustClock,
  subject: TrustSubject,
): TrustResult {
  const topic = 'clock';
  const latest = Math.max(...times.map((time) => Date.parse(time)));
  if (times.length === 0)
    return {
      topic,
      subject,
      outcome: 'not-applicable',
      message: 'no signed time says what time it is',
    };
  if (latest <= now)
    return {
      topic,
      subject,
      outcome: 'pass',
      message: `the clock (${iso(now)}) is not behind the latest signed time (${iso(latest)})`,
    };
  const message = `a signed time says ${iso(latest)}, and the clock of this machine ${iso(now)}: it is behind, or the authority lies`;
  // Clocks differ by seconds and zones by hours; more than a day is a fault.
  const severity = latest - now > dayMs ? 'warning' : 'note';
  return { topic, subject, outcome: 'fail', severity, code: 'TRUST_CLOCK', message };
}

/** Something that is depended on, and when it ends. UTC, ISO 8601. */
export interface KnownEnd {
  readonly what: string;
  readonly end: string;
}

/** Keys, certificates, the policy, and what stands in trusted roots, that end within some days. */
export function expiryResults(
  policy: TrustPolicy,
  evidence: readonly SignatureEvidence[],
  { now }: TrustClock,
  {
    warnDays,
    subject,
    rootEnds,
  }: {
    readonly warnDays: number;
    readonly subject: TrustSubject;
    /** Of trusted roots that are depended on. */
    readonly rootEnds: readonly KnownEnd[];
  },
): readonly TrustResult[] {
  const inRoles = new Set([...policy.roles.values()].flatMap(({ signers }) => signers));
  const ends: readonly KnownEnd[] = [
    ...rootEnds,
    ...(policy.expires === undefined ? [] : [{ what: 'the trust policy', end: policy.expires }]),
    ...[...policy.signers.values()].flatMap(({ name, notAfter, revokedAt }) =>
      notAfter === undefined || revokedAt !== undefined || !inRoles.has(name)
        ? []
        : [{ what: `the ${policy.signers.get(name)?.kind} '${name}'`, end: notAfter }],
    ),
    ...evidence.flatMap(({ location, result }) =>
      result.outcome !== 'valid'
        ? []
        : result.by.flatMap(({ signer, certificateEnds }) =>
            certificateEnds === undefined
              ? []
              : [{ what: `the certificate of '${signer}' in ${location}`, end: certificateEnds }],
          ),
    ),
  ];
  const topic = 'expiry';
  const soon = ends.filter(({ end }) => {
    const left = Date.parse(end) - now;
    // What has ended already is judged elsewhere: by signed times, it may count still.
    return left >= 0 && left <= warnDays * dayMs;
  });
  const warned = soon.map(({ what, end }): TrustResult => {
    const days = Math.floor((Date.parse(end) - now) / dayMs);
    const message = printable(`${what} ends at ${end}, in ${days} ${days === 1 ? 'day' : 'days'}`);
    return {
      topic,
      subject,
      outcome: 'fail',
      severity: 'warning',
      code: 'TRUST_ENDS_SOON',
      message,
    };
  });
  if (warned.length > 0)
    return warned.filter(
      (each, at) => warned.findIndex(({ message }) => message === each.message) === at,
    );
  if (ends.length === 0)
    return [
      { topic, subject, outcome: 'not-applicable', message: 'nothing that was used has an end' },
    ];
  return [
    {
      topic,
      subject,
      outcome: 'pass',
      message: `nothing that was used ends within ${warnDays} days`,
    },
  ];
}

/**
 * Signatures beside those that counted: one that does not hold means that something was swapped or does
 * not belong there, whoever else signed.
 */
export function strayResults(
  evidence: readonly SignatureEvidence[],
  { otherSignatures, origin }: TrustPolicy,
): readonly TrustResult[] {
  return evidence.flatMap(({ location, result }): TrustResult[] => {
    if (result.outcome === 'valid') return [];
    const subject = { kind: 'file', name: location } as const;
    const { outcome, code, reason } = result;
    if (outcome === 'undecided')
      return [{ topic: 'stray', subject, outcome: 'undecided', code, message: reason }];
    const foreign = foreignCodes.includes(code);
    const message = `a signature that nobody ${origin === undefined ? 'who was named' : 'in the trust policy'} made: ${reason}`;
    return [
      {
        topic: 'stray',
        subject,
        outcome: 'fail',
        code: foreign ? 'TRUST_SIGNATURE_STRAY' : code,
        message: foreign ? message : reason,
        ...(foreign && otherSignatures === 'report' ? { severity: 'warning' as const } : {}),
      },
    ];
  });
}
