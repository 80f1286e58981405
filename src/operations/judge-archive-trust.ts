import type {
  ArchiveFacts,
  ArchiveSignature,
  PackageFacts,
  SignatureFacts,
} from '../checks/facts.ts';
import { readApprovals } from '../policy/trust/approval-evidence.ts';
import { policyRollback, rollbackResults } from '../policy/trust/compare-accepted.ts';
import { findRule } from '../policy/trust/find-rule.ts';
import {
  clockResult,
  expiryResults,
  policyResult,
  revokedResults,
  strayResults,
} from '../policy/trust/general-results.ts';
import { judgeApprovals } from '../policy/trust/judge-approvals.ts';
import { judgeAttestations } from '../policy/trust/judge-attestations.ts';
import {
  type Cover,
  type JudgingContext,
  judgeObject,
  type ObjectDecision,
  type TrustObject,
} from '../policy/trust/judge-object.ts';
import type { SignatureEvidence } from '../policy/trust/signature-evidence.ts';
import { advanced } from '../policy/trust/trust-clock.ts';
import type { TrustResult, TrustSubject } from '../policy/trust/trust-result.ts';
import {
  archiveResult,
  imageResults,
  type JudgedImage,
  memberResult,
  olderResults,
} from './decision-results.ts';
import { isImageEvidence } from './find-image-signatures.ts';
import { oneHalf } from './judge-evidence.ts';
import { namedTrust } from './named-trust.ts';
import { rootEnds } from './root-ends.ts';
import type { SignatureRequest, VerifiedRelease } from './signature-request.ts';
import { toArchiveSignature } from './to-archive-signature.ts';
import { clockOf, type TrustInputs } from './trust-inputs.ts';
import {
  approvedDigests,
  archiveSubject,
  itemOf,
  listedIn,
  packageObject,
  presentDigests,
  tagOf,
  topObject,
} from './trust-objects.ts';

export interface ArchiveEvidence {
  /** Over the archive as a whole, and of a package its own. */
  readonly archive: readonly SignatureEvidence[];
  /** Of packages in a bundle, by label. */
  readonly members: ReadonlyMap<string, readonly SignatureEvidence[]>;
  /** Over images, by label of the package and digest of the image; asked for where the policy speaks of images. */
  readonly images?: ReadonlyMap<string, readonly SignatureEvidence[]>;
  /** In the old form beside the present one, by label of the package: nothing counts them. */
  readonly older?: ReadonlyMap<string, SignatureEvidence>;
}

/** Decides what is believed of an archive and of everything in it. */
export function judgeArchiveTrust(
  facts: ArchiveFacts,
  evidence: ArchiveEvidence,
  request: SignatureRequest,
  trust: TrustInputs,
): SignatureFacts {
  const { policy, accepted, warnDays } = trust;
  const { release, key, allowUnsigned, doubt } = request;
  const attestations = request.attestations ?? [];
  const approvalFiles = request.approvals ?? [];
  const found = [
    ...evidence.archive,
    ...[...evidence.members.values()].flat(),
    ...attestations,
    ...approvalFiles,
  ];
  const times = [...stampedTimes(found), ...(release?.stampedTimes ?? [])];
  const clock = advanced(clockOf(trust), times);
  const context: JudgingContext = { policy, clock };
  const subject = archiveSubject(facts);
  const top = topObject(facts);
  const listing = release === undefined ? undefined : listedIn(release, facts);
  const cover: Cover | undefined =
    listing === 'whole' && release !== undefined
      ? { by: release.location, counter: release.release.counter }
      : undefined;
  const read = readApprovals(approvalFiles, {
    kind: 'archive',
    name: facts.identity.fileName ?? '',
    digests: approvedDigests(facts, top),
  });
  const decision = judgeObject(top, evidence.archive, cover, { ...context, approvals: read });
  const entry = findRule(top, policy);
  const approvals = judgeApprovals(
    read,
    { by: decision.by, rule: entry.outcome === 'found' ? entry.rule : undefined },
    context,
  );
  const isBelieved = decision.state === 'accepted' || decision.state === 'covered';
  const nested = facts.packages.map((each) => {
    const own =
      facts.bundle === undefined
        ? decision
        : judgeObject(
            packageObject(each, top.name),
            evidence.members.get(each.label) ?? [],
            isBelieved ? { ...cover, by: "the bundle's signature" } : undefined,
            context,
          );
    const images = imageDecisions(each, own, evidence.images, { ...context, cover });
    return { each, own, images, named: namedTrust(facts.bundle, each, facts.packages) };
  });
  const item = itemOf(facts, top);
  const results: readonly TrustResult[] = [
    archiveResult(decision, evidence.archive, {
      facts,
      policy,
      release,
      listing,
      keyOrigin: key?.origin,
      doubt,
    }),
    ...warningsOf(decision, evidence.archive, subject),
    ...(facts.bundle === undefined
      ? []
      : nested.map(({ each, own, named }) =>
          memberResult(own, {
            evidence: evidence.members.get(each.label) ?? [],
            bundleIsBelieved: isBelieved,
            named,
            policy,
          }),
        )),
    ...nested.flatMap(({ each, own, named }) =>
      olderResults(own, evidence.older?.get(each.label), {
        named,
        policy,
        within: facts.bundle === undefined ? '' : `${each.label}: `,
      }),
    ),
    ...imageResults(
      nested.flatMap(({ images }) => images),
      policy,
      subject,
    ),
    ...(isBelieved ? strayResults(evidence.archive, policy).map(passedOverIn(facts)) : []),
    policyRollback(policy, accepted, subject) ?? policyResult(policy, clock, subject),
    ...revokedResults(presentDigests(facts), policy, subject),
    clockResult(times, clock, subject),
    ...expiryResults(policy, found, clock, { warnDays, subject, rootEnds: rootEnds(trust) }),
    ...(item === undefined ? [] : rollbackResults(item, accepted, subject)),
    ...approvals.results,
    ...judgeAttestations(
      requiredOf(top, cover === undefined ? undefined : release, context),
      attestations,
      {
        subject,
        digests: [facts.container.digest, top.digest].filter((each) => each !== undefined),
        signedBy: [...decision.by, ...(release?.by ?? [])],
      },
      context,
    ),
  ];
  const half = listing === 'half' && release !== undefined ? oneHalf(release.location) : undefined;
  return {
    key,
    allowUnsigned,
    archive: toArchiveSignature(decision, evidence.archive, {
      policy,
      release: cover === undefined ? undefined : release,
      half: half === undefined ? undefined : { location: release?.location ?? '', result: half },
    }),
    members: new Map(
      facts.bundle === undefined
        ? []
        : nested.flatMap(({ each, own }): [string, ArchiveSignature][] => {
            const signature = toArchiveSignature(own, evidence.members.get(each.label) ?? [], {
              policy,
            });
            return signature === undefined ? [] : [[each.label, signature]];
          }),
    ),
    trust: {
      results,
      objects: [
        ...(facts.bundle === undefined ? [] : [decision]),
        ...nested.flatMap(({ own, images }) => [
          own,
          ...images.map(({ decision: image }) => image),
        ]),
      ],
      ...(item === undefined || !isBelieved ? {} : { item }),
      ...(read.length === 0 ? {} : { approvals: approvals.decisions }),
      times,
    },
  };
}

/**
 * What was passed over on purpose is no stray: who looks at metadata alone cannot judge what covers every byte, and
 * never passes an archive.
 */
function passedOverIn({ container }: ArchiveFacts): (result: TrustResult) => TrustResult {
  return (result) =>
    container.unproven === true && result.code === 'SIGNATURE_UNREAD'
      ? {
          topic: result.topic,
          subject: result.subject,
          outcome: 'not-applicable',
          message: 'not judged: it covers every byte, and only the metadata was read',
        }
      : result;
}

function stampedTimes(evidence: readonly SignatureEvidence[]): readonly string[] {
  return evidence.flatMap(({ result }) =>
    result.outcome === 'valid' ? result.by.flatMap((held) => held.stampedTimes) : [],
  );
}

/** Images lie in a package and are covered by what covers it. */
function imageDecisions(
  { images, label }: PackageFacts,
  { state, object }: ObjectDecision,
  signatures: ArchiveEvidence['images'],
  { cover: outer, ...context }: JudgingContext & { readonly cover: Cover | undefined },
): readonly JudgedImage[] {
  const isBelieved = state === 'accepted' || state === 'covered';
  const cover = isBelieved ? { ...outer, by: "the package's signature" } : undefined;
  return (images?.roots ?? []).flatMap(({ name, descriptor: { digest } }) => {
    if (name === undefined || isImageEvidence(name)) return [];
    const image = {
      kind: 'image',
      name,
      version: tagOf(name),
      digest,
      within: object.name,
    } as const;
    const evidence = signatures?.get(`${label} ${digest}`) ?? [];
    return [{ decision: judgeObject(image, evidence, cover, context), evidence }];
  });
}

function requiredOf(
  top: TrustObject,
  release: VerifiedRelease | undefined,
  { policy }: JudgingContext,
) {
  const found = findRule(top, policy);
  const own = found.outcome === 'found' ? found.rule.attestations : [];
  const of = release?.rule?.attestations ?? [];
  return [...new Set([...own, ...of])];
}

/** Of signatures that count: what in them nobody judged, and algorithms that others refuse. */
function warningsOf(
  { by }: ObjectDecision,
  evidence: readonly SignatureEvidence[],
  subject: TrustSubject,
): readonly TrustResult[] {
  const counted = new Set(by.map(({ location }) => location));
  return evidence
    .filter(({ location }) => counted.has(location))
    .flatMap(({ result }) => (result.outcome === 'valid' ? [result] : []))
    .flatMap(({ warnings, unusualAlgorithm }): TrustResult[] => {
      const common = { topic: 'archive', outcome: 'fail', subject } as const;
      const notes = warnings.map((message) => ({
        ...common,
        severity: 'note' as const,
        code: 'SIGNATURE_NOT_ALL_JUDGED',
        message,
      }));
      if (unusualAlgorithm === undefined) return notes;
      return [
        ...notes,
        {
          ...common,
          severity: 'warning',
          code: 'SIGNATURE_UNUSUAL_ALGORITHM',
          message: unusualAlgorithm,
        },
      ];
    });
}
