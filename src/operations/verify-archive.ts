import type { ChunkSource } from '../archive/chunk-source.ts';
import type { Compute } from '../archive/compute.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import type { Survey } from '../archive/survey.ts';
import { surveyArchive } from '../archive/survey-archive.ts';
import { catalog } from '../checks/catalog.gen.ts';
import type { Check } from '../checks/check.ts';
import type { ArchiveFacts, BudgetFacts, PackageFacts } from '../checks/facts.ts';
import { gatherFacts } from '../checks/gather-facts.ts';
import { runChecks } from '../checks/run-checks.ts';
import type { Digest } from '../oci/digest.ts';
import type { Policy } from '../policy/policy.ts';
import { notLookedAt, selectChecks } from '../policy/select-checks.ts';
import { judgingTime } from '../policy/waiver-date.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { SignatureJudge, TrustedKey } from '../ports/signature-judge.ts';
import type { ReportedPackage, ReportedSignature, VerifyReport } from '../report/verify-report.ts';
import type { Run } from '../support/run.ts';
import { gatherMade, readMadeLines } from './gather-made.ts';
import { gatherSignatures } from './gather-signatures.ts';
import { type Judging, judgeChecked } from './judge-checked.ts';
import type { PartSet } from './locate-parts.ts';
import { openArchive } from './open-parts.ts';
import {
  notPossible,
  quickChecks,
  quickPolicy,
  quickSurvey,
  quickWeakness,
} from './quick-survey.ts';
import { readBeside } from './read-archive-company.ts';
import type { StatementLine } from './read-beside.ts';
import { archiveRecord, reportedLevels, reportedTrust } from './report-trust.ts';
import type { VerifiedRelease } from './signature-request.ts';
import { type TrustInputs, trustOf } from './trust-inputs.ts';

export interface VerifyRequest {
  readonly location: string;
  /** Where the archive lies in parts; `location` is then what the whole would be called. */
  readonly parts?: PartSet;
  /** The name to judge by, when the bytes still have a temporary one. */
  readonly fileName?: string;
  readonly key?: TrustedKey;
  /** Who may sign what, where that is more than one key. */
  readonly trust?: TrustInputs;
  readonly policy: Policy;
  readonly allowUnsigned: boolean;
  readonly wholeDigest: boolean;
  /** Metadata and signatures only, no contents: never a pass. */
  readonly quick?: boolean;
  /** Detached signature, when it is not beside the archive yet. */
  readonly signature?: Uint8Array | Promise<Uint8Array | undefined>;
  /** SHA-256 of the whole, for the caller that wrote these bytes a moment ago, or still writes them: then it is not computed again. */
  readonly writtenDigest?: Digest | Promise<Digest>;
  /** A verified release statement: an archive it lists is signed by it. */
  readonly release?: VerifiedRelease;
  /** Statements about how it was made that do not lie beside it. */
  readonly provenance?: readonly StatementLine[];
  /** Which checks, and by what clock. */
  readonly judging?: Judging;
  readonly programVersion: string;
}

export interface VerifyPorts {
  readonly source: ArchiveSource;
  readonly compute: Compute;
  readonly signatures: SignatureJudge;
}

/**
 * Reads an archive once and judges it. Bad bytes are findings, never exceptions.
 * @throws SplitPartError ARCHIVE_SPLIT_PART
 * @throws ArchiveSourceError, ArchiveError for what cannot be opened or is no archive
 */
export async function verifyArchive(
  request: VerifyRequest,
  ports: VerifyPorts,
  run: Run,
): Promise<VerifyReport> {
  await using opened = await openArchive(request, ports.source, run);
  const { archive, split } = opened;
  const fileName = request.fileName ?? archive.fileName;
  const { signature, writtenDigest } = request;
  const trust = trustOf(request);
  const beside = await readBeside(request, trust, ports, run);
  const release = request.release ?? beside.release;
  const made = await readMadeLines(request.location, request.provenance, ports.source, run);
  const signed = signature !== undefined || beside.detached.length > 0;
  const wholeDigest =
    request.wholeDigest ||
    split !== undefined ||
    ((signed || made.any) && writtenDigest === undefined) ||
    (trust?.policy.revokedDigests.size ?? 0) > 0;
  const total = archive.size === undefined ? {} : { totalBytes: archive.size };
  const { quick = false } = request;
  if (quick && split !== undefined) throw notPossible(archive.location, 'it is in parts');
  // Where contents are not read, nobody knows what they would deploy.
  const deploying = quick ? undefined : loadDeployment();
  // Where reading fails nobody waits for it.
  deploying?.catch(() => undefined);
  const read = (chunks: ChunkSource): Promise<Survey> =>
    surveyArchive(
      {
        chunks,
        onBytes: (bytes) =>
          run.onProgress?.({ kind: 'step-progress', step: 'verify', bytes, ...total }),
      },
      request.judging?.limits ?? defaultReadLimits,
      { wholeDigest },
      ports.compute,
      run,
    );
  const surveyed = await opened.survey(() =>
    quick
      ? quickSurvey(archive, run)
      : (archive.surveyed?.(read, run) ?? read(archive.chunks(run))),
  );
  const survey = {
    ...surveyed,
    container: {
      ...surveyed.container,
      // Where reading had to stop early, the file still has the size it has.
      ...(archive.size === undefined ? {} : { size: archive.size }),
      ...(writtenDigest === undefined ? {} : { digest: await writtenDigest }),
    },
  };
  const detached = (await signature) ?? beside.detached;
  const unsigned = {
    key: request.key,
    allowUnsigned: request.allowUnsigned,
    archive: undefined,
    members: new Map(),
  };
  const { policy } = request;
  const budget: BudgetFacts = { policyOrigin: policy.origin?.location, limits: policy.budgets };
  const before = gatherFacts(survey, { fileName, signatures: unsigned, budget });
  const signatures = await gatherSignatures(
    before,
    {
      ...request,
      detached,
      attestations: beside.attestations,
      approvals: beside.approvals,
      ...(release === undefined ? {} : { release }),
      ...(beside.doubt === undefined ? {} : { doubt: beside.doubt }),
    },
    ports.signatures,
    run,
  );
  const { digest } = survey.container;
  const parts = await opened.parts(digest, ports.compute);
  const signedTimes =
    release === undefined ? [] : [new Date(1000 * release.release.sourceDateEpoch)];
  const facts: ArchiveFacts = {
    ...before,
    signatures,
    parts,
    sbomRules: sbomRules(policy, request.judging?.clock, signedTimes),
    provenance: {
      demands: policy.provenance ?? { required: false },
      ...(await gatherMade(made, digest, trust, ports, run)),
    },
  };
  // Of parts that cannot be read as one, only the parts can be judged; everything else stays open.
  const unread = survey.container.problems.some(({ code }) => code === 'ARCHIVE_PARTS_INCOMPLETE');
  const whole = unread ? catalog.filter(({ id }) => id === 'container/parts') : catalog;
  const archiveChecks: readonly Check[] = quick ? quickChecks(whole) : whole;
  const passedOver = whole.filter((check) => !archiveChecks.includes(check));
  const name = fileName ?? 'standard input';
  const deployment = unread ? undefined : await deploying;
  const deployed = deployment?.deploymentChecks() ?? [];
  const skipped = request.judging?.selection;
  const asked =
    skipped === undefined ? deployed : selectChecks(deployed, skipped, fileName ?? '').chosen;
  const wouldDeploy = await deployment?.deploymentFor(asked, facts, run, {
    installOn: request.judging?.clock,
    cluster: release?.release.files.find(({ name }) => name === fileName)?.rendered?.cluster,
  });
  request.judging?.onFacts?.(facts, wouldDeploy);
  const checks = [...whole, ...deployed];
  const insecure = request.allowUnsigned ? ['--insecure-allow-unsigned'] : [];
  const { findings, verdict } = judgeChecked(
    checks,
    (chosen) => {
      const ids = new Set(chosen.map(({ id }) => id));
      return [
        ...runChecks(
          archiveChecks.filter(({ id }) => ids.has(id)),
          facts,
        ),
        ...passedOver
          .filter(({ id }) => ids.has(id))
          .map((check) => notLookedAt(check, '--quick', 'CHECK_NOT_QUICK', name)),
        ...(deployment?.judgeDeployment(
          deployed.filter(({ id }) => ids.has(id)),
          facts,
          wouldDeploy,
        ) ?? []),
      ];
    },
    // No policy makes a pass of what nobody could read.
    unread
      ? { ...policy, required: [...new Set([...policy.required, 'container' as const])] }
      : quick
        ? quickPolicy(policy)
        : policy,
    {
      name,
      insecure: quick ? [...insecure, quickWeakness] : insecure,
      signedTimes,
    },
    request.judging,
  );
  const levels = reportedLevels(signatures.trust);
  const record = archiveRecord(signatures.trust);
  const approvals = signatures.trust?.approvals;
  return {
    schema: 'cowa-release/verify-report/v1',
    program: { name: 'cowa-release', version: request.programVersion },
    archive: archiveOf(facts, fileName),
    trust: reportedTrust(request, insecure),
    packages: facts.packages.map((each) => packageOf(each, facts)),
    signature: signatureOf(facts),
    ...(levels === undefined ? {} : { levels }),
    ...(record === undefined ? {} : { record }),
    ...(approvals === undefined ? {} : { approvals }),
    findings,
    verdict,
  };
}

function sbomRules(
  { sbom }: Policy,
  clock: Date | undefined,
  signedTimes: readonly Date[],
): ArchiveFacts['sbomRules'] {
  if (sbom === undefined) return undefined;
  return { ...sbom, at: clock === undefined ? undefined : judgingTime(clock, signedTimes) };
}

/** What judges deployments is a good part of the program: it is loaded while the archive is read. */
async function loadDeployment() {
  return import('./judge-deployment.ts');
}

function archiveOf(
  { identity, container, entries, packages, bundle }: ArchiveFacts,
  fileName: string | undefined,
): VerifyReport['archive'] {
  const { compression, size, tarSize, frames, digest } = container;
  const definition = packages[0]?.files.get('zarf.yaml')?.digest;
  const root =
    bundle?.rootDigest !== undefined
      ? { kind: 'bundle' as const, digest: bundle.rootDigest }
      : identity.format === 'zarf-package' && definition !== undefined
        ? { kind: 'package' as const, digest: definition }
        : undefined;
  return {
    name: fileName ?? null,
    format: identity.format,
    compression,
    size,
    tarSize,
    entries: entries.length,
    frames,
    ...(digest === undefined ? {} : { digest }),
    ...(root === undefined ? {} : { root }),
  };
}

function packageOf(
  { label, definition, files, images, signatureFile }: PackageFacts,
  { bundle, signatures }: ArchiveFacts,
): ReportedPackage {
  const read = definition?.definition;
  const digest = files.get('zarf.yaml')?.digest;
  const own = bundle === undefined ? signatures.archive : signatures.members.get(label);
  const outcome = own?.result?.outcome ?? (signatureFile === undefined ? 'unsigned' : 'undecided');
  const covered =
    outcome !== 'valid' && bundle !== undefined && signatures.archive?.result?.outcome === 'valid';
  return {
    name: read?.metadata.name ?? label,
    ...(read?.metadata.version === undefined ? {} : { version: read.metadata.version }),
    ...(read?.build?.architecture === undefined ? {} : { architecture: read.build.architecture }),
    ...(read?.build?.flavor === undefined ? {} : { flavor: read.build.flavor }),
    ...(read?.build?.version === undefined ? {} : { zarfVersion: read.build.version }),
    ...(digest === undefined ? {} : { digest }),
    images: images?.roots.length ?? 0,
    size: [...files.values()].reduce((sum, file) => sum + file.size, 0),
    signature: covered ? 'covered-by-bundle' : outcome,
  };
}

function signatureOf({ signatures: { archive } }: ArchiveFacts): ReportedSignature {
  if (archive === undefined) return { outcome: 'unsigned' };
  const { location, covers, result } = archive;
  if (result === undefined)
    return { outcome: 'undecided', location, covers, reason: 'no key was given' };
  if (result.outcome === 'valid')
    return { outcome: 'valid', location, covers, fingerprint: result.fingerprint };
  return { outcome: result.outcome, location, covers, reason: result.reason };
}
