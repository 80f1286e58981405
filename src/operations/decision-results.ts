import type { ArchiveFacts } from '../checks/facts.ts';
import { strayResults } from '../policy/trust/general-results.ts';
import type { ObjectDecision } from '../policy/trust/judge-object.ts';
import type { CountedSignature, SignatureEvidence } from '../policy/trust/signature-evidence.ts';
import type { TrustPolicy } from '../policy/trust/trust-policy.ts';
import type { TrustResult, TrustSubject } from '../policy/trust/trust-result.ts';
import type { NamedTrust } from './named-trust.ts';
import type { VerifiedRelease } from './signature-request.ts';

/** What is decided of an archive, as a finding of `signature/archive`. */
export function archiveResult(
  decision: ObjectDecision,
  evidence: readonly SignatureEvidence[],
  context: {
    readonly facts: ArchiveFacts;
    readonly policy: TrustPolicy;
    readonly release: VerifiedRelease | undefined;
    readonly listing: 'whole' | 'half' | undefined;
    readonly keyOrigin: string | undefined;
    readonly doubt: string | undefined;
  },
): TrustResult {
  const { facts, policy, release, listing, keyOrigin, doubt } = context;
  const { state, by, reason, code } = decision;
  const { fileName } = facts.identity;
  const subject = { kind: 'archive', name: fileName ?? 'standard input' } as const;
  const common = { topic: 'archive', subject } as const;
  if (state === 'accepted')
    return { ...common, outcome: 'pass', message: bySentence(by, evidence, policy) };
  if (state === 'covered' && release !== undefined) {
    const what = facts.bundle === undefined ? 'zarf.yaml' : 'the root manifest';
    const message = `${release.location} is by ${release.fingerprint} and covers ${what}, and through it every file`;
    return { ...common, outcome: 'pass', message };
  }
  if (state === 'undecided' || (listing === 'half' && state === 'unsigned')) {
    const half = `${release?.location} covers one half of the hybrid, and nothing the other; sign the whole file beside it`;
    return {
      ...common,
      outcome: 'undecided',
      message: state === 'undecided' ? reason : half,
      code: state === 'undecided' ? (code ?? 'SIGNATURE_UNREAD') : 'SIGNATURE_HALF',
    };
  }
  if (state === 'unsigned') {
    const unseen =
      fileName === undefined
        ? '; one beside it cannot be seen from standard input: --signature names it'
        : doubt === undefined
          ? ''
          : `; the release statement beside it is not believed: ${doubt}`;
    const given =
      keyOrigin === undefined
        ? `the trust policy demands a signature, and ${reason}${unseen}`
        : `a key was given (${keyOrigin}), and the archive is not signed${unseen}`;
    return { ...common, outcome: 'fail', code: 'SIGNATURE_ABSENT', message: given };
  }
  return { ...common, outcome: 'fail', message: reason, ...(code === undefined ? {} : { code }) };
}

/** What is known of a package in a bundle besides the decision about it. */
export interface MemberContext {
  /** Its own signatures, judged. */
  readonly evidence: readonly SignatureEvidence[];
  readonly bundleIsBelieved: boolean;
  readonly named: NamedTrust;
  readonly policy: TrustPolicy;
}

/** What is decided of a package in a bundle, as a finding of `signature/members`. */
export function memberResult(
  decision: ObjectDecision,
  { evidence, bundleIsBelieved, named, policy }: MemberContext,
): TrustResult {
  const { object, state, by, reason, code, rule } = decision;
  const subject: TrustSubject = { kind: 'package', name: object.name };
  const common = { topic: 'members', subject } as const;
  if (state === 'accepted')
    return { ...common, outcome: 'pass', message: bySentence(by, [], policy) };
  if (state === 'covered') return { ...common, ...coveredMember(evidence, named, policy) };
  const ownDemanded = policy.rules.find(({ name }) => name === rule)?.ownSignature === true;
  if (state === 'refused' || state === 'unsigned') {
    if (bundleIsBelieved || ownDemanded)
      return { ...common, outcome: 'fail', message: reason, code: code ?? 'SIGNATURE_ABSENT' };
    const message =
      state === 'unsigned'
        ? 'it is not signed, and no valid signature covers the bundle'
        : `its signature could not be relied on: ${reason}`;
    return { ...common, outcome: 'undecided', message, code: code ?? 'SIGNATURE_ABSENT' };
  }
  return {
    ...common,
    outcome: 'undecided',
    message: reason,
    ...(code === undefined ? {} : { code }),
  };
}

/**
 * What is said of the own signature of a package that its bundle covers: whoever signed the bundle
 * vouches for every byte, and a signature inside that does not hold says all the same that something
 * was swapped before. One by the key that the believed bundle names for it is nobody's fault.
 */
function coveredMember(
  evidence: readonly SignatureEvidence[],
  named: NamedTrust,
  policy: TrustPolicy,
): Pick<TrustResult, 'outcome' | 'message' | 'code' | 'severity'> {
  const covered = "covered by the bundle's signature";
  const [bad] = strayResults(evidence, policy);
  if (bad === undefined) {
    const message = `${covered}; its own ${evidence.length === 0 ? 'was not asked for' : 'holds'}`;
    return { outcome: 'not-applicable', message };
  }
  if (named.outcome === 'fits') {
    const message = `${covered}; its own is by ${named.fingerprint}, the key that the bundle names for it`;
    return { outcome: 'not-applicable', message };
  }
  const { code, severity, message } = bad;
  return {
    // Only who may be named by a certificate is left open: the bundle names somebody.
    outcome: named.outcome === 'identity' ? 'undecided' : bad.outcome,
    message: `${bad.subject.name} in it: ${message}`,
    ...(code === undefined ? {} : { code }),
    ...(severity === undefined ? {} : { severity }),
  };
}

/**
 * What a signature in the old form is that lies beside one that counts. Older programs read it, so it must hold, too:
 * else they see another signer than was judged here.
 */
export function olderResults(
  { state }: ObjectDecision,
  older: SignatureEvidence | undefined,
  {
    named,
    policy,
    within,
  }: {
    readonly named: NamedTrust;
    readonly policy: TrustPolicy;
    /** What stands before its name. */
    readonly within: string;
  },
): readonly TrustResult[] {
  // By the key that a believed bundle names for it, both are.
  if (
    older === undefined ||
    (state !== 'accepted' && state !== 'covered') ||
    named.outcome === 'fits'
  )
    return [];
  return strayResults([{ ...older, location: `${within}${older.location}` }], policy).map((bad) =>
    named.outcome === 'identity' ? { ...bad, outcome: 'undecided' } : bad,
  );
}

/** What is decided of an image, and the signatures over it. */
export interface JudgedImage {
  readonly decision: ObjectDecision;
  readonly evidence: readonly SignatureEvidence[];
}

/** Images that an entry of the policy speaks of, as findings of `signature/images`. */
export function imageResults(
  images: readonly JudgedImage[],
  policy: TrustPolicy,
  archive: TrustSubject,
): readonly TrustResult[] {
  const ruled = images.filter(({ decision }) => decision.rule !== undefined);
  if (ruled.length === 0)
    return [
      {
        topic: 'images',
        outcome: 'not-applicable',
        subject: archive,
        message: 'no entry speaks of the images in it: what covers a package covers them',
      },
    ];
  return ruled.flatMap(({ decision, evidence }): readonly TrustResult[] => {
    const { object, state, reason, code } = decision;
    const { digest, name } = object;
    const subject = { kind: 'image', name, ...(digest === undefined ? {} : { digest }) } as const;
    const common = { topic: 'images', subject, message: reason } as const;
    if (state === 'accepted' || state === 'covered')
      return [
        { ...common, outcome: 'pass' },
        ...strayResults(evidence, policy).map(
          (stray) => ({ ...stray, topic: 'images', subject }) as const,
        ),
      ];
    const why = code === undefined ? {} : { code };
    return [{ ...common, outcome: state === 'undecided' ? 'undecided' : 'fail', ...why }];
  });
}

/** Who signed where, and what that covers. */
function bySentence(
  by: readonly CountedSignature[],
  evidence: readonly SignatureEvidence[],
  policy: TrustPolicy,
): string {
  const said = by.map((each) => {
    const covers = evidence.find(({ location }) => location === each.location)?.covers;
    return `${each.location} is by ${whoOf(each, policy)}${covers === undefined ? '' : ` and covers ${covers}`}`;
  });
  return [...new Set(said)].join('; ');
}

/** A lone key by its fingerprint; a signer of a policy by its name there, too. */
export function whoOf(
  { signer, party }: Pick<CountedSignature, 'signer' | 'party'>,
  { origin }: TrustPolicy,
): string {
  const bare = party.replace(/^(?:key|identity):/, '');
  return origin === undefined ? bare : `'${signer}' (${bare})`;
}
