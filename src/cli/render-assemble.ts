import { type ExitCode, worstExitCode } from '../errors/exit-codes.ts';
import type { Digest } from '../oci/digest.ts';
import type { CriterionStatus } from '../report/dossier/dossier-judgement.ts';
import { statusWords } from '../report/dossier/dossier-words.ts';
import { formatSize } from '../support/format-size.ts';
import type { AssembleDone } from './assemble-from-flags.ts';
import { type ErrorJson, toErrorJson } from './error-output.ts';
import type { ReportDone } from './report-run.ts';

/** What `assemble --output json` prints. */
export interface AssembleResult {
  readonly schema: 'cowa-release/assemble-result/v1';
  /** `partial`: nothing failed, and best effort did not come to its end. */
  readonly outcome: 'done' | 'partial' | 'failed';
  readonly release: {
    readonly name: string;
    readonly version: string;
    readonly architecture: string;
  };
  /** SHA-256 of the signing key's SPKI; null for an unsigned release. */
  readonly fingerprint: string | null;
  /** The offline package of this program that travels along. */
  readonly verifier: { readonly name: string; readonly digest: Digest } | null;
  readonly flavors: readonly AssembledFlavor[];
  readonly steps: readonly AssembledStep[];
  readonly cache: {
    readonly folder: string;
    readonly size: number;
    /** Contents of this run that were in the cache, and that were not. */
    readonly hits: number;
    readonly misses: number;
  };
  readonly exitCode: ExitCode;
}

export interface AssembledFlavor {
  readonly flavor: string;
  readonly folder: string;
  /** False when one of its steps failed: the folder holds no new statement then. */
  readonly complete: boolean;
  readonly archives: readonly {
    readonly name: string;
    readonly digest: Digest;
    readonly size: number;
    readonly reused: boolean;
    readonly verdict: 'pass' | 'fail' | 'incomplete';
    readonly headline: string;
  }[];
  readonly statement: string | null;
  /** The report on it; null where nobody asked for one, and no kit holds it. */
  readonly report: {
    readonly folder: string;
    /** Status of the worst criterion, and how it is put. */
    readonly status: CriterionStatus;
    readonly words: string;
  } | null;
  /** Folder of the handover kit; null where none was asked for. */
  readonly handover: string | null;
}

export interface AssembledStep {
  readonly id: string;
  readonly outcome: 'done' | 'reused' | 'partial' | 'failed' | 'skipped';
  readonly durationMs: number;
  readonly because?: string;
  readonly error?: ErrorJson;
}

export function toAssembleResult(done: AssembleDone): AssembleResult {
  const { plan, steps, out } = done;
  const exitCodes = steps.flatMap(({ outcome, error }) =>
    outcome === 'partial' ? [5 as const] : error === undefined ? [] : [error.exitCode],
  );
  const failed = steps.some(({ outcome }) => outcome === 'failed');
  const finished = new Map(done.flavors.map((flavor) => [flavor.flavor, flavor]));
  return {
    schema: 'cowa-release/assemble-result/v1',
    outcome: failed ? 'failed' : exitCodes.length === 0 ? 'done' : 'partial',
    release: {
      name: plan.release.name,
      version: plan.release.version,
      architecture: plan.release.architecture,
    },
    fingerprint: done.fingerprint ?? null,
    verifier:
      done.verifier === undefined
        ? null
        : { name: done.verifier.name, digest: done.verifier.blob.digest },
    flavors: plan.flavors.map(({ flavor }) => {
      const result = finished.get(flavor);
      return {
        flavor,
        folder: `${out}/${flavor}`,
        complete: result !== undefined,
        archives: (result?.archives ?? []).map(({ fileName, digest, size, reused, report }) => ({
          name: fileName,
          digest,
          size,
          reused,
          verdict: report.verdict.outcome,
          headline: report.verdict.headline,
        })),
        statement: result?.statement ?? null,
        report: reportedOf(done.reports.get(flavor)),
        handover: done.handovers.get(flavor)?.folder ?? null,
      };
    }),
    steps: steps.map(({ id, outcome, durationMs, because, error }) => ({
      id,
      outcome,
      durationMs: Math.round(durationMs),
      ...(because === undefined ? {} : { because }),
      ...(error === undefined ? {} : { error: toErrorJson(error) }),
    })),
    cache: {
      folder: done.cacheDir,
      size: done.cacheSize,
      hits: counted(steps, 'cacheHits'),
      misses: counted(steps, 'cacheMisses'),
    },
    exitCode: worstExitCode(exitCodes),
  };
}

/**
 * The summary people read: what is there, what was not made and why, what to do next.
 * @param trust flags that say whom the other side trusts: a key that lies beside the archives proves nothing
 */
export function renderAssemble(result: AssembleResult, trust?: string): string {
  const lines: string[] = [];
  const { release, flavors, steps } = result;
  const by = result.fingerprint === null ? 'UNSIGNED' : `signed by ${result.fingerprint}`;
  const what = `${release.name} ${release.version} ${release.architecture}`;
  lines.push(
    result.outcome === 'done'
      ? `DONE  ${what}, ${by}`
      : result.outcome === 'failed'
        ? `FAILED  ${what}`
        : `PARTIAL  ${what}: best effort did not come to its end`,
  );
  for (const { flavor, folder, complete, archives, statement, report, handover } of flavors) {
    lines.push(
      '',
      complete
        ? `${flavor}  ${folder}/`
        : `${flavor}  not finished; ${leftIn(folder, madeArchives(flavor, steps))}`,
    );
    for (const { name, digest, size, reused, verdict } of archives) {
      lines.push(
        `  ${verdict.padEnd(10)} ${formatSize(size).padStart(10)}  ${name}${reused ? '  (unchanged)' : ''}`,
        `  ${' '.repeat(22)} ${digest}`,
      );
    }
    if (statement !== null)
      lines.push(`  ${statement} covers every file of the folder but run.json`);
    if (report !== null)
      lines.push(`  report: ${statusWords[report.status]}, ${report.folder}/report.html`);
    if (handover !== null) lines.push(`  handover kit: ${handover}, begin with HANDOVER.md`);
  }
  for (const { id, error, outcome, because } of steps) {
    if (error !== undefined) {
      lines.push(
        '',
        `${outcome === 'partial' ? 'PARTIAL' : 'FAILED'} ${id}`,
        `  Error [${error.code}]: ${error.message}`,
        ...error.suggestions.map((next) => `  next: ${next}`),
      );
    } else if (outcome === 'skipped')
      lines.push(`skipped ${id}: needs ${because ?? 'what failed'}`);
  }
  if (result.verifier !== null) {
    lines.push(
      '',
      `verifier ${result.verifier.name} ${result.verifier.digest}`,
      '  A verifier that travels with what it judges proves nothing until it is checked by another way: docs/bootstrap.md',
    );
  }
  const counts = (['done', 'reused', 'partial', 'failed', 'skipped'] as const)
    .map((outcome) => ({ outcome, count: steps.filter((step) => step.outcome === outcome).length }))
    .filter(({ count }) => count > 0);
  lines.push(
    '',
    `${counts.map(({ outcome, count }) => `${count} ${outcome}`).join(', ')}; ${cacheText(result.cache)}`,
  );
  const ready = flavors.find(({ complete }) => complete);
  if (result.outcome !== 'done')
    lines.push('Run the same command again once it is mended: finished steps are reused.');
  else if (ready !== undefined) {
    lines.push(
      `Next: cowa-release verify ${ready.folder} ${result.fingerprint === null ? '--insecure-allow-unsigned' : (trust ?? '--key <your public key>')}`,
    );
  }
  return lines.join('\n');
}

function reportedOf(report: ReportDone | undefined): AssembledFlavor['report'] {
  if (report === undefined) return null;
  const { dossier, out } = report;
  const { status, words } = dossier.verdict;
  return { folder: out, status, words };
}

function counted(steps: AssembleDone['steps'], what: 'cacheHits' | 'cacheMisses'): number {
  return steps.reduce((sum, { counts }) => sum + (counts[what] ?? 0), 0);
}

/** How much of what the run needed was there, and what the cache holds now. */
function cacheText({ folder, size, hits, misses }: AssembleResult['cache']): string {
  const all = hits + misses;
  const rate =
    all === 0
      ? ''
      : `; ${hits} of ${all} contents were there (${Math.floor((100 * hits) / all)} %)`;
  return `cache ${formatSize(size)} in ${folder}${rate}`;
}

/** Names of the archives of a flavor that were finished although the flavor was not. */
function madeArchives(flavor: string, steps: readonly AssembledStep[]): readonly string[] {
  const prefix = `archive ${flavor}/`;
  return steps.flatMap(({ id, outcome }) =>
    id.startsWith(prefix) && (outcome === 'done' || outcome === 'reused')
      ? [id.slice(prefix.length)]
      : [],
  );
}

function leftIn(folder: string, names: readonly string[]): string {
  return names.length === 0
    ? 'nothing of it was made'
    : `made in ${folder}/ so far: ${names.join(', ')}`;
}
