import type { ArchiveFacts } from '../checks/facts.ts';
import { gatherFacts } from '../checks/gather-facts.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { SignatureJudge, TrustedKey } from '../ports/signature-judge.ts';
import type { InspectedPackage, InspectReport } from '../report/inspect-report.ts';
import type { ReportedSignature } from '../report/verify-report.ts';
import type { Run } from '../support/run.ts';
import {
  describeBundle,
  describedPackages,
  describePackage,
  describeProblems,
  imageTotals,
  isComplete,
  sharedLayers,
} from './describe-archive.ts';
import { gatherSignatures } from './gather-signatures.ts';
import type { PartSet } from './locate-parts.ts';
import { openArchive } from './open-parts.ts';
import { type ReadingPorts, readSurvey } from './read-survey.ts';

export interface InspectRequest {
  readonly location: string;
  /** Where the archive lies in parts; `location` is then what the whole would be called. */
  readonly parts?: PartSet;
  readonly key?: TrustedKey;
  /** Also say what the side that deploys must have; reads charts and manifests. */
  readonly requirements: boolean;
  readonly programVersion: string;
}

export interface InspectPorts extends ReadingPorts {
  readonly source: ArchiveSource;
  readonly signatures: SignatureJudge;
}

const maxSignatureBytes = 2 ** 20;

/**
 * Says what an archive claims to hold: by its metadata alone where it can be read in places, else by
 * reading it once. Judges nothing: that is `verifyArchive`.
 * @throws ArchiveSourceError, ArchiveError for what cannot be opened or is no archive
 */
export async function inspectArchive(
  request: InspectRequest,
  ports: InspectPorts,
  run: Run,
): Promise<InspectReport> {
  const { location, key, programVersion } = request;
  await using opened = await openArchive(request, ports.source, run);
  const { archive } = opened;
  const { fileName } = archive;
  const survey = await opened.survey(() => readSurvey(archive, ports, run));
  const none = { key, allowUnsigned: false, archive: undefined, members: new Map() };
  const before = gatherFacts(survey, {
    fileName,
    signatures: none,
    budget: { policyOrigin: undefined, limits: [] },
  });
  const detached =
    location === '-'
      ? undefined
      : await ports.source.readSmall(`${location}.sigstore.json`, maxSignatureBytes, run);
  const asked = {
    allowUnsigned: false,
    ...(key === undefined ? {} : { key }),
    ...(detached === undefined ? {} : { detached }),
  };
  const facts: ArchiveFacts = {
    ...before,
    signatures: await gatherSignatures(before, asked, ports.signatures, run),
  };
  const packages = describedPackages(facts);
  const shared = sharedLayers(packages);
  const { container, identity, entries } = facts;
  // Where reading had to stop early, the file still has the size it has.
  const size = archive.size ?? container.size;
  const root = rootOf(facts);
  const required = request.requirements ? await loadRequirements() : undefined;
  return {
    schema: 'cowa-release/inspect-report/v1',
    program: { name: 'cowa-release', version: programVersion },
    archive: {
      name: fileName ?? null,
      format: identity.format,
      compression: container.compression,
      size,
      tarSize: container.tarSize,
      entries: entries.length,
      frames: container.frames,
      ...(container.digest === undefined ? {} : { digest: container.digest }),
      ...(root === undefined ? {} : { root }),
    },
    read: container.unproven === true ? 'places' : 'whole',
    bundle: describeBundle(facts),
    packages: packages.map((each) =>
      describePackage(each, shared, packageSignature(facts, each.facts.label)),
    ),
    images: imageTotals(packages),
    signature: signatureOf(facts),
    complete: isComplete(facts),
    problems: describeProblems(facts),
    ...(required === undefined
      ? {}
      : { requirements: await required.gatherRequirements(facts, packages, archive, ports, run) }),
  };
}

/** Charts are rendered for them, and the renderer takes time to load. */
async function loadRequirements() {
  return import('./gather-requirements.ts');
}

function rootOf({ identity, bundle, packages }: ArchiveFacts): InspectReport['archive']['root'] {
  if (bundle?.rootDigest !== undefined) return { kind: 'bundle', digest: bundle.rootDigest };
  const digest =
    identity.format === 'zarf-package' ? packages[0]?.files.get('zarf.yaml')?.digest : undefined;
  return digest === undefined ? undefined : { kind: 'package', digest };
}

function packageSignature(
  { bundle, packages, signatures }: ArchiveFacts,
  label: string,
): InspectedPackage['signature'] {
  const found = bundle === undefined ? signatures.archive : signatures.members.get(label);
  if (found !== undefined) return found.result?.outcome ?? 'signed';
  return packages.find((each) => each.label === label)?.signatureFile === undefined
    ? 'unsigned'
    : 'signed';
}

function signatureOf({ container, signatures: { archive, key } }: ArchiveFacts): ReportedSignature {
  if (archive === undefined) return { outcome: 'unsigned' };
  const { location, covers, result } = archive;
  const found = { location, covers };
  if (key === undefined)
    return { ...found, outcome: 'undecided', reason: 'not judged: no key was given' };
  if (archive.kind === 'detached' && container.digest === undefined) {
    return {
      ...found,
      outcome: 'undecided',
      reason: 'not judged: it covers the whole file, and only verify reads that for it',
    };
  }
  if (result === undefined) return { ...found, outcome: 'undecided', reason: 'not judged' };
  if (result.outcome === 'valid')
    return { ...found, outcome: 'valid', fingerprint: result.fingerprint };
  return { ...found, outcome: result.outcome, reason: result.reason };
}
