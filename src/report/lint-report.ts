import type { LintFinding } from '../lint/lint-check.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { RendererIdentity } from '../ports/chart-renderer.ts';

/** What `lint --output json` prints. Its JSON Schema is `schemas/lint-report.schema.json`. */
export interface LintReport {
  readonly schema: 'cowa-release/lint-report/v1';
  readonly program: { readonly name: 'cowa-release'; readonly version: string };
  /** What rendered the charts. */
  readonly renderer: RendererIdentity;
  /** What built kustomizations; absent: nothing did. */
  readonly kustomize?: {
    readonly name: 'kustomize';
    readonly version: string;
    readonly sha256: string;
  };
  /** Folder that was looked into, as paths of findings begin. */
  readonly path: string;
  /** Flavor of the release that was asked for; absent: all. */
  readonly flavor?: string;
  /** Zarf's flavor that was asked for; absent: all. */
  readonly zarfFlavor?: string;
  readonly policy?: { readonly location: string; readonly digest: string };
  /** Set where only findings in changed files are told: how many files these are. */
  readonly changedFiles?: number;
  /** What told which files changed; absent: a list did. */
  readonly git?: { readonly name: 'git'; readonly version: string; readonly sha256: string };
  /** Release definitions, by path. */
  readonly releases: readonly string[];
  /** What was looked at, by path of the definition. */
  readonly packages: readonly LintedPackage[];
  readonly bundles: readonly LintedBundle[];
  /** What could not be looked at, or was passed over; sorted. */
  readonly notLookedAt: readonly { readonly path: string; readonly reason: string }[];
  /** Failures and what could not be told; worst first, then by file and line. */
  readonly findings: readonly LintFinding[];
  /** Things each check found good, by check. */
  readonly passed: readonly { readonly id: LintFinding['id']; readonly count: number }[];
  readonly verdict: Verdict;
}

export interface LintedPackage {
  readonly file: string;
  readonly name: string;
  /** Zarf's flavor it was judged for; empty for none. */
  readonly flavor: string;
  /** Objects that were rendered. */
  readonly objects: number;
}

export interface LintedBundle {
  readonly file: string;
  readonly name: string;
  /** Flavor of the release it is made for; absent where no release says. */
  readonly flavor?: string;
  /** Packages it deploys. */
  readonly packages: number;
}
