import {
  renderVerificationSummary,
  type VerificationSummary,
} from '../attestation/verification-summary.ts';
import type { Check, Finding } from '../checks/check.ts';
import { type Digest, digestOf, isDigest } from '../oci/digest.ts';
import { builtInPolicy, type Policy } from '../policy/policy.ts';
import type { FolderReport } from '../report/release-folder-report.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';
import type { ReportedTrust, VerifyReport } from '../report/verify-report.ts';
import type { Run } from '../support/run.ts';
import { AttestError } from './attest-error.ts';
import type { RecordedInput } from './record-inputs.ts';
import type { SignOncePorts } from './sign-once.ts';
import { signStatement } from './sign-statement.ts';

export interface AttestContext {
  readonly policy: Policy;
  readonly inputs: readonly RecordedInput[];
  readonly checks: readonly Pick<Check, 'id' | 'area'>[];
  readonly programVersion: string;
  readonly now: Date;
}

/**
 * Signs a verdict: a verification summary over the digests of what was judged, as a DSSE envelope in a
 * bundle of version 0.3, judged by the signer's public key before it is returned. Whatever did not
 * pass is signed as failed.
 * @throws AttestError ATTEST_ONE, ATTEST_NO_DIGEST
 * @throws SignerFailure SIGN_SELF_CHECK
 */
export async function attestVerdict(
  result: VerifyResult,
  context: AttestContext,
  signing: Pick<SignOncePorts, 'signer' | 'judge'>,
  run: Run,
): Promise<string> {
  const payload = Buffer.from(renderVerificationSummary(summaryOf(result, context)));
  return signStatement({ payload, about: 'the verdict' }, signing, run);
}

function summaryOf(result: VerifyResult, context: AttestContext): VerificationSummary {
  if ('reports' in result) {
    throw new AttestError(
      'ATTEST_ONE',
      '--attest signs one verdict: that on one archive or one folder',
      {
        suggestions: ['Run verify for each, or name the folder they lie in'],
      },
    );
  }
  const { verdict, trust } = result;
  const reports = 'archives' in result ? [result, ...result.archives] : [result];
  const inputs = context.inputs.map(({ name, digest }) => ({ name, digest }));
  const subjects = 'archives' in result ? folderSubjects(result) : archiveSubjects(result);
  return {
    subjects,
    programVersion: context.programVersion,
    timeVerified: context.now,
    resourceUri: 'archives' in result ? folderUri(result) : archiveUri(result),
    policy: policyOf(context.policy, trust),
    attestations: context.inputs
      .filter(({ attestation }) => attestation)
      .map(({ name, digest }) => ({ uri: encodeURIComponent(name), digest })),
    passed: verdict.outcome === 'pass',
    properties: propertiesOf(
      reports.flatMap(({ findings }) => findings),
      context.checks,
    ),
    details: {
      outcome: verdict.outcome,
      headline: verdict.headline,
      failOn: verdict.failOn,
      weakenedBy: verdict.weakenedBy,
      missingEvidence: verdict.missingEvidence,
      notLookedAt: [...new Set(reports.flatMap((each) => each.verdict.notLookedAt))].sort(),
      trust: trustedBy(trust),
      inputs,
    },
  };
}

/** Whom the judgement trusted, by digest: places on this machine are nobody else's business. */
function trustedBy({ key, trustPolicy, since }: ReportedTrust): Readonly<Record<string, unknown>> {
  return {
    ...(key === undefined ? {} : { key: key.fingerprint }),
    ...(trustPolicy === undefined
      ? {}
      : { trustPolicy: { digest: trustPolicy.digest, version: trustPolicy.version } }),
    ...(since === undefined ? {} : { acceptedLast: since.digest }),
  };
}

function archiveSubjects({ archive }: VerifyReport): VerificationSummary['subjects'] {
  if (archive.digest === undefined) {
    throw new AttestError(
      'ATTEST_NO_DIGEST',
      'what was judged has no digest, so nothing can be said of it under a signature',
      { suggestions: ['Bring what is missing, then verify again'] },
    );
  }
  return [{ name: archive.name ?? 'standard-input', digest: archive.digest }];
}

function folderSubjects({ files, folder }: FolderReport): VerificationSummary['subjects'] {
  const subjects = files.flatMap(({ name, digest }) =>
    digest === undefined ? [] : [{ name, digest }],
  );
  if (subjects.length > 0) return subjects;
  throw new AttestError('ATTEST_NO_DIGEST', `nothing in ${folder} could be read`, {
    suggestions: ['Bring what is missing, then verify again'],
  });
}

/** @see Package URL, type generic */
function archiveUri({ archive, packages }: VerifyReport): string {
  const [first] = packages;
  const single = archive.format === 'zarf-package' && first !== undefined ? first : undefined;
  const name = single?.name ?? (archive.name ?? 'standard-input').replace(/\.tar(\.zst)?$/, '');
  const version = single?.version === undefined ? '' : `@${encodeURIComponent(single.version)}`;
  const qualifiers = [
    ...(archive.digest === undefined ? [] : [`checksum=${archive.digest}`]),
    ...(archive.name === null ? [] : [`file_name=${encodeURIComponent(archive.name)}`]),
  ];
  return `pkg:generic/${encodeURIComponent(name)}${version}?${qualifiers.join('&')}`;
}

function folderUri({ release, folder }: FolderReport): string {
  const name = folder.replace(/\/+$/, '').split('/').at(-1) ?? folder;
  if (release === null) return `pkg:generic/${encodeURIComponent(name)}`;
  const { product, version, flavor } = release;
  return `pkg:generic/${encodeURIComponent(product)}@${encodeURIComponent(version)}?flavor=${encodeURIComponent(flavor)}`;
}

const policies = 'https://cowabungaai.dev/cowa-release/policies';

/** A policy is named by the URI it gives itself, else by its digest. */
function policyOf(
  policy: Policy,
  { policy: origin }: ReportedTrust,
): VerificationSummary['policy'] {
  if (origin === undefined || !isDigest(origin.digest)) {
    // What is built in has no bytes of its own: its digest is that of its settings as JSON.
    return {
      uri: `${policies}/built-in/v1`,
      digest: digestOf(Buffer.from(JSON.stringify(builtInPolicy))),
    };
  }
  const digest: Digest = origin.digest;
  return { uri: policy.uri ?? `${policies}/${digest.replace(':', '/')}`, digest };
}

/** Areas of evidence where something passed, nothing failed and nothing stayed open, in everything that was judged. */
function propertiesOf(
  findings: readonly Finding[],
  checks: AttestContext['checks'],
): readonly string[] {
  const areaOf = new Map(checks.map(({ id, area }) => [id, area]));
  const good = new Set<string>();
  const bad = new Set<string>();
  for (const { id, outcome, severity, defaultSeverity } of findings) {
    const area = areaOf.get(id);
    if (area === undefined || area === 'policy') continue;
    if (outcome === 'pass') good.add(area);
    // A policy that bears an error has not made it good.
    else if (
      outcome === 'undecided' ||
      (outcome === 'fail' && [severity, defaultSeverity].includes('error'))
    )
      bad.add(area);
  }
  return [...good]
    .filter((area) => !bad.has(area))
    .sort()
    .map((area) => `COWA_${area.toUpperCase().replaceAll('-', '_')}_VERIFIED`);
}
