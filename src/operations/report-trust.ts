import type { TrustFacts } from '../checks/facts.ts';
import type { Policy } from '../policy/policy.ts';
import { iso } from '../policy/trust/trust-clock.ts';
import type { TrustedKey } from '../ports/signature-judge.ts';
import type { ReportedLevel, ReportedRecord, ReportedTrust } from '../report/verify-report.ts';
import type { ReleaseRead } from './read-release.ts';
import type { TrustInputs } from './trust-inputs.ts';

/** Whom and what a judgement trusted, for its report. */
export function reportedTrust(
  request: { readonly key?: TrustedKey; readonly trust?: TrustInputs; readonly policy: Policy },
  insecure: readonly string[],
): ReportedTrust {
  const { key, trust, policy } = request;
  const origin = trust?.policy.origin;
  return {
    ...(key === undefined ? {} : { key: { origin: key.origin, fingerprint: key.fingerprint } }),
    ...(trust === undefined || origin === undefined
      ? {}
      : {
          trustPolicy: {
            location: origin.location,
            digest: origin.digest,
            version: trust.policy.version,
            expires: trust.policy.expires ?? '',
            ...(trust.policy.site === undefined ? {} : { site: trust.policy.site }),
          },
        }),
    ...(trust === undefined ? {} : { judgedAt: iso(trust.now) }),
    ...(trust?.since === undefined ? {} : { since: trust.since }),
    ...(policy.origin === undefined ? {} : { policy: policy.origin }),
    insecure,
  };
}

/** The bundle, its packages and their images, each with what is believed of it. */
export function reportedLevels(
  trust: TrustFacts | undefined,
): readonly ReportedLevel[] | undefined {
  return trust?.objects.map(({ object, state, rule, by, covers, code, reason, approvers }) => ({
    kind: object.kind === 'statement' ? 'package' : object.kind,
    name: object.name,
    ...(object.version === undefined ? {} : { version: object.version }),
    ...(object.digest === undefined ? {} : { digest: object.digest }),
    ...(object.within === undefined ? {} : { within: object.within }),
    state,
    ...(rule === undefined ? {} : { rule }),
    ...(covers === undefined ? {} : { covers }),
    ...(code === undefined ? {} : { code }),
    reason,
    ...(approvers === undefined ? {} : { approvers }),
    signers: by.map(({ signer, party, role, location, stampedTimes, ...told }) => ({
      signer,
      party,
      role,
      location,
      stampedTimes,
      ...(told.stampedBy === undefined ? {} : { stampedBy: told.stampedBy }),
      ...(told.certificate === undefined ? {} : { certificate: told.certificate }),
      ...(told.validity === undefined ? {} : { validity: told.validity }),
    })),
  }));
}

/** What a record of what was accepted would hold of an archive that is believed. */
export function archiveRecord(trust: TrustFacts | undefined): ReportedRecord | undefined {
  return trust?.item === undefined ? undefined : { items: [trust.item], times: trust.times };
}

/** The same of a release. */
export function releaseRecord(read: ReleaseRead): ReportedRecord | undefined {
  return read.outcome === 'valid' ? { items: [read.item], times: read.stampedTimes } : undefined;
}
