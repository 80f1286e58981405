import type { ProvenanceResource } from '../attestation/provenance.ts';
import { sourceOf } from '../attestation/provenance-source.ts';
import type { ProvenanceStatement } from '../checks/provenance-facts.ts';
import type { Digest } from '../oci/digest.ts';
import type { ApprovalDecision } from '../policy/trust/judge-approvals.ts';
import type { ApprovalDemand } from '../policy/trust/judge-object.ts';
import type { DossierInput, DossierProvenance } from '../report/dossier/dossier.ts';
import type { DossierApproval } from '../report/dossier/dossier-judgement.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';
import { compareText } from './dossier-order.ts';
import { archivesOf, foldersOf } from './gather-dossier-subjects.ts';
import type { RecordedInput } from './record-inputs.ts';

/** Values of parameters are cut to so many characters. */
const maxValue = 400;

/** What statements say of how the archives were made, each once; of those nobody believes only that they are there. */
export function provenanceOf(
  statements: readonly ProvenanceStatement[],
  inputs: readonly RecordedInput[],
): readonly DossierProvenance[] {
  const found = new Map<string, DossierProvenance>();
  for (const each of statements) {
    const document = documentOf(each.location, inputs);
    found.set(
      each.location,
      each.state === 'believed' ? believed(each, document) : doubted(each, document),
    );
  }
  return [...found.values()].sort((a, b) => compareText(a.document.name, b.document.name));
}

function believed(
  { provenance, signers }: Extract<ProvenanceStatement, { state: 'believed' }>,
  document: DossierProvenance['document'],
): DossierProvenance {
  const { subjects, builder, buildType, externalParameters, resolvedDependencies, metadata } =
    provenance;
  const { startedOn, finishedOn } = metadata;
  const source = sourceOf(provenance);
  return {
    subjects: subjects.map(({ name, digest }) => ({ name, digest: `sha256:${digest.sha256}` })),
    document,
    state: 'accepted',
    reason: 'signed by somebody who may build or release',
    signers,
    buildType,
    builder: {
      id: builder.id,
      versions: Object.entries(builder.version)
        .map(([name, version]) => ({ name, version }))
        .sort((a, b) => compareText(a.name, b.name)),
    },
    ...(source === undefined ? {} : { source }),
    parameters: Object.entries(externalParameters)
      .map(([name, value]) => ({ name, value: cut(JSON.stringify(value)) }))
      .sort((a, b) => compareText(a.name, b.name)),
    inputs: resourcesOf(resolvedDependencies),
    byproducts: resourcesOf(provenance.byproducts),
    ...(startedOn === undefined ? {} : { startedOn }),
    ...(finishedOn === undefined ? {} : { finishedOn }),
  };
}

function doubted(
  { state, reason, code }: Exclude<ProvenanceStatement, { state: 'believed' }>,
  document: DossierProvenance['document'],
): DossierProvenance {
  return {
    subjects: [],
    document,
    state,
    reason: `${reason} (${code}): nothing of what it says is taken over`,
    signers: [],
    buildType: '',
    builder: { id: '', versions: [] },
    parameters: [],
    inputs: [],
    byproducts: [],
  };
}

function resourcesOf(list: readonly ProvenanceResource[]): readonly DossierInput[] {
  return list
    .map(({ name, uri, digest, downloadLocation }): DossierInput => {
      const [algorithm, hex] = Object.entries(digest ?? {}).sort(([a], [b]) =>
        a === 'sha256' ? -1 : b === 'sha256' ? 1 : compareText(a, b),
      )[0] ?? [undefined, undefined];
      return {
        name: name ?? uri ?? downloadLocation ?? 'unnamed',
        ...(uri === undefined || name === undefined ? {} : { uri }),
        ...(algorithm === undefined ? {} : { digest: `${algorithm}:${hex}` }),
      };
    })
    .sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
}

function cut(text: string): string {
  return text.length > maxValue ? `${text.slice(0, maxValue)}…` : text;
}

/** Approvals of the release and of its archives, each once. */
export function approvalsOf(
  result: VerifyResult,
  inputs: readonly RecordedInput[],
): readonly DossierApproval[] {
  const all = [
    ...foldersOf(result).flatMap(({ approvals = [], folder: name }) =>
      approvals.map((approval) => ({ approval, name })),
    ),
    ...archivesOf(result).flatMap(({ approvals = [], archive }) =>
      approvals.map((approval) => ({ approval, name: archive.name ?? 'standard input' })),
    ),
  ];
  const found = new Map<string, DossierApproval>();
  for (const { approval, name } of all) {
    const key = `${approval.location} ${approval.digest ?? ''}`;
    if (!found.has(key)) found.set(key, toApproval(approval, name, inputs));
  }
  return [...found.values()].sort((a, b) => compareText(a.document.name, b.document.name));
}

/** What is demanded of approvals, of the release and of each archive that it does not cover. */
export function approvalsDemanded(result: VerifyResult): readonly ApprovalDemand[] {
  return [
    ...foldersOf(result).flatMap(({ approvers = [] }) => approvers),
    ...archivesOf(result).flatMap(({ levels = [] }) =>
      levels.flatMap(({ approvers = [] }) => approvers),
    ),
  ];
}

const states: Readonly<Record<ApprovalDecision['state'], DossierApproval['state']>> = {
  counted: 'accepted',
  // It holds, and nobody demands it, or nobody says who may: not one that counts.
  held: 'undecided',
  unjudged: 'undecided',
  refused: 'refused',
  undecided: 'undecided',
};

function toApproval(
  approval: ApprovalDecision,
  name: string,
  inputs: readonly RecordedInput[],
): DossierApproval {
  const { location, state, about, digest, role, approvedAt, signer, party, reason, comment } =
    approval;
  const subject = about === 'release' ? 'the release statement' : name;
  return {
    role: role ?? 'none that could be read',
    signers: [signer ?? party].filter((each) => each !== undefined),
    subjects: digest === undefined ? [] : [{ name: subject, digest }],
    date: approvedAt ?? 'unknown',
    state: states[state],
    reason: [
      state === 'counted'
        ? 'counted for the role that is demanded'
        : state === 'unjudged'
          ? 'not judged: only a trust policy says who may approve'
          : (reason ?? state),
      ...(comment === undefined ? [] : [`comment: ${comment}`]),
    ].join('; '),
    document: documentOf(location, inputs),
  };
}

/** A line of a file has the digest of the file. */
export function documentOf(
  location: string,
  inputs: readonly RecordedInput[],
): { readonly name: string; readonly digest?: Digest } {
  const file = location.replace(/:\d+$/, '').split('/').at(-1) ?? location;
  const digest = inputs.find(({ name }) => name === file)?.digest;
  return {
    name: location.split('/').at(-1) ?? location,
    ...(digest === undefined ? {} : { digest }),
  };
}
