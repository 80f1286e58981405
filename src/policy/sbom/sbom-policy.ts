/** What a policy demands of the SBOMs of an archive. */
export interface SbomPolicy {
  /** Every container image has one. */
  readonly required: boolean;
  /** How old they may be. */
  readonly maxAgeDays?: number;
  readonly licences?: LicenceRules;
  readonly packages: readonly ForbiddenPackage[];
}

/** Which licences may be used. Patterns: names of the SPDX list, `*` stands for any run of characters. */
export interface LicenceRules {
  /** Undefined: whatever is not forbidden. */
  readonly allow?: readonly string[];
  readonly forbid: readonly string[];
  /** What a package is whose licences are not told, or mean no SPDX expression. */
  readonly unknown: 'pass' | 'undecided' | 'fail';
}

/** A package nobody wants, in some versions or in all. */
export interface ForbiddenPackage {
  /** Exact, or with `*` for any run of characters. */
  readonly name: string;
  /** In Syft's words: `deb`, `npm`. Undefined: of whatever kind. */
  readonly type?: string;
  /** Patterns. */
  readonly versions?: readonly string[];
  /** Every version before this one. */
  readonly below?: string;
  readonly reason: string;
}
