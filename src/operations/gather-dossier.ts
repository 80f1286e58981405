import { digestOf } from '../oci/digest.ts';
import { builtInPolicy } from '../policy/policy.ts';
import type { Dossier, DossierRun } from '../report/dossier/dossier.ts';
import { verdictWords } from '../report/dossier/dossier-words.ts';
import { worstStatus } from '../report/dossier/hold-to-checks.ts';
import { judgeCriteria } from '../report/dossier/judge-criteria.ts';
import { mapControls } from '../report/dossier/map-controls.ts';
import { notLookedAtIn } from '../report/dossier/not-looked-at.ts';
import { recommendPackages } from '../report/dossier/recommend-packages.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import { printable } from '../support/printable.ts';
import type { DossierInputs } from './dossier-inputs.ts';
import { checksOf, outcomeOf, waiversOf } from './gather-dossier-checks.ts';
import { joinContents } from './gather-dossier-contents.ts';
import { approvalsDemanded, approvalsOf, provenanceOf } from './gather-dossier-origin.ts';
import { reproducibilityOf } from './gather-dossier-reproductions.ts';
import { growth, sizesOf } from './gather-dossier-sizes.ts';
import {
  archivesOf,
  evidenceOf,
  foldersOf,
  lastOf,
  releaseOf,
  signatureOf,
  subjectsOf,
  trustOf,
  unreadableOf,
} from './gather-dossier-subjects.ts';
import { testResultsOf } from './gather-dossier-tests.ts';

/** Everything a report says, from plain values alone. */
export function gatherDossier(inputs: DossierInputs): Dossier {
  const { result, policy, programVersion } = inputs;
  const archives = archivesOf(result);
  const folders = foldersOf(result);
  const unreadable = unreadableOf(result);
  const checks = checksOf(inputs);
  const contents = joinContents(inputs.seen);
  const named = {
    ...contents,
    packages: contents.packages.map((each) => ({
      ...each,
      signature: signatureOf(archives, each.archive, each.name),
    })),
  };
  const insecure = [...new Set([...archives, ...folders].flatMap(({ trust }) => trust.insecure))];
  const release = releaseOf(folders);
  const { scans, history } = inputs;
  const reproducibility = reproducibilityOf(
    inputs.seen,
    archives.map(({ archive }) => archive.name ?? 'standard input'),
    releasersOf(archives),
    inputs.inputs,
  );
  const approvals = approvalsOf(result, inputs.inputs);
  const provenance = provenanceOf(
    inputs.seen.flatMap((each) => each.provenance),
    inputs.inputs,
  );
  const testResults = testResultsOf(inputs.seen, inputs.inputs);
  const outcome = outcomeOf(result);
  const files = folders.flatMap((each) => each.files.map(({ name }) => name));
  const criteria = judgeCriteria({
    files,
    checks,
    contents: named,
    release,
    provenance,
    approvals,
    demanded: approvalsDemanded(result),
    scans,
    testResults,
    archives: archives.map(({ archive }) => archive.name ?? 'standard input'),
    ...(reproducibility === undefined ? {} : { reproducibility }),
    missingEvidence: [...archives, ...folders].flatMap(({ verdict }) => verdict.missingEvidence),
    unreadable: unreadable.map(({ name }) => name),
    limits: policy.budgets.length + policy.waivers.length,
    insecure,
  });
  const status = worstStatus([
    ...criteria.map((each) => each.status),
    ...(['pass', 'incomplete', 'fail'] as const).flatMap((each, index) =>
      each === outcome.outcome ? [(['met', 'open', 'not-met'] as const)[index] ?? 'not-met'] : [],
    ),
  ]);
  const draft = {
    schema: 'cowa-release/report/v1',
    program: { name: 'cowa-release', version: programVersion },
    run: runOf(inputs, insecure),
    release,
    subjects: subjectsOf(archives, folders),
    trust: trustOf(archives, folders, insecure),
    contents: named,
    sizes: sizesOf(named, archives, policy),
    provenance,
    checks,
    waivers: waiversOf(policy, checks, inputs.run.date),
    approvals,
    scans,
    history,
    ...(testResults.length === 0 ? {} : { testResults }),
    ...(reproducibility === undefined ? {} : { reproducibility }),
  } as const;
  const dossier: Dossier = {
    ...draft,
    verdict: {
      status,
      words: verdictWords(status, criteria, outcome.headline),
      ...outcome,
      criteria,
      packages: recommendPackages({ packages: named.packages, checks, criteria, status }),
    },
    notLookedAt: notLookedAtIn({
      ...draft,
      seen: inputs.seen,
      criteria,
      unreadable,
      files,
      unsigned: folders.flatMap((each) => each.notLookedAt ?? []),
      previous: inputs.previous,
    }),
    controls: mapControls(criteria),
    ...(inputs.previous === undefined ? {} : { previous: growth(inputs.previous, draft) }),
    evidence: evidenceOf(inputs, draft.subjects),
  };
  return inPrintable(dossier);
}

function runOf({ run, policy, scans }: DossierInputs, insecure: readonly string[]): DossierRun {
  const { date, ...said } = run;
  return {
    ...said,
    date: `${date.toISOString().slice(0, 19)}Z`,
    network: 'none',
    policy:
      policy.origin === undefined
        ? {
            name: 'built in',
            // It has no bytes of its own: its digest is that of its settings as JSON.
            digest: digestOf(Buffer.from(JSON.stringify(builtInPolicy))),
            builtIn: true,
          }
        : { name: lastOf(policy.origin.location), digest: policy.origin.digest, builtIn: false },
    tools: scans.map(({ tool, toolVersion }) => ({
      name: tool,
      ...(toolVersion === undefined ? {} : { version: toolVersion }),
    })),
    insecure,
  };
}

/** No name in a report can speak to a terminal or reorder what stands around it. */
function inPrintable<T>(value: T): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- texts become texts, all else stays
  return deeply(value) as T;
}

function deeply(value: unknown): unknown {
  if (typeof value === 'string') return printable(value, 4000);
  if (Array.isArray(value)) return value.map(deeply);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, deeply(member)]));
}

/** Who signed archives, packages or images, by fingerprint or identity. */
function releasersOf(archives: readonly VerifyReport[]): ReadonlySet<string> {
  const levels = archives.flatMap((each) => each.levels ?? []);
  return new Set(levels.flatMap(({ signers }) => signers.map(({ party }) => party)));
}
