import type { Check, Severity } from '../checks/check.ts';
import type { ProvenanceDemands } from '../checks/provenance-facts.ts';
import { builtInPolicy, type Policy, type Waiver } from './policy.ts';
import type { SbomPolicy } from './sbom/sbom-policy.ts';
import { waiverHolds } from './waiver-date.ts';

/** A waiver, and whether it still counts. */
export interface DescribedWaiver extends Waiver {
  /** `ends-soon`: it holds, and its last day is near. */
  readonly state: 'holds' | 'ends-soon' | 'ended';
}

/** A policy in force, beside what holds without one. */
export interface PolicyDescription {
  readonly schema: 'cowa-release/policy-explain/v1';
  /** Null for the built-in policy. */
  readonly location: string | null;
  readonly digest: string | null;
  /** Its name in signed verdicts. */
  readonly uri: string | null;
  readonly required: Policy['required'];
  readonly failOn: Policy['failOn'];
  readonly thresholds: Policy['thresholds'];
  readonly severities: readonly {
    readonly check: string;
    readonly severity: Severity;
    readonly byDefault: Severity;
  }[];
  readonly budgets: Policy['budgets'];
  /** What is demanded of SBOMs; null: nothing. */
  readonly sbom: SbomPolicy | null;
  readonly provenance: ProvenanceDemands | null;
  readonly waivers: readonly DescribedWaiver[];
  /** Where it asks for less than holds without it, in words. */
  readonly weakens: readonly string[];
  /** Where it asks for more, in words. */
  readonly strengthens: readonly string[];
}

const rank: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 };
const dayMs = 86_400_000;

/**
 * What a policy means.
 * @param warnDays waivers whose last day is nearer end soon
 */
export function describePolicy(
  policy: Policy,
  checks: readonly Pick<Check, 'id' | 'severity'>[],
  at: Date,
  warnDays: number,
): PolicyDescription {
  const defaults = new Map(checks.map(({ id, severity }) => [id, severity]));
  const severities = policy.severities.map(({ check, severity }) => ({
    check,
    severity,
    byDefault: defaults.get(check) ?? severity,
  }));
  const waivers = policy.waivers.map((waiver) => ({
    ...waiver,
    state: stateOf(waiver, at, warnDays),
  }));
  return {
    schema: 'cowa-release/policy-explain/v1',
    location: policy.origin?.location ?? null,
    digest: policy.origin?.digest ?? null,
    uri: policy.uri ?? null,
    required: policy.required,
    failOn: policy.failOn,
    thresholds: policy.thresholds,
    severities,
    budgets: policy.budgets,
    sbom: policy.sbom ?? null,
    provenance: policy.provenance ?? null,
    waivers,
    weakens: [
      ...(policy.pickledPayloads === true ? ['payloads may hold pickled Python objects'] : []),
      ...builtInPolicy.required
        .filter((area) => !policy.required.includes(area))
        .map((area) => `an archive may pass without ${area}`),
      ...severities
        .filter(({ severity, byDefault }) => rank[severity] < rank[byDefault])
        .map((each) => `${each.check} is a ${each.severity}, not ${article(each.byDefault)}`),
      ...waivers
        .filter(({ state }) => state !== 'ended')
        .map(({ check, subject, expires }) => `${check} for ${subject} is waived until ${expires}`),
    ],
    strengthens: [
      ...policy.required
        .filter((area) => !builtInPolicy.required.includes(area))
        .map((area) => `${area} must have been decided for a pass`),
      ...policy.failOn
        .filter((each) => !builtInPolicy.failOn.includes(each))
        .map((each) =>
          each === 'undecided' ? 'every check must have been decided' : `a ${each} fails, too`,
        ),
      ...severities
        .filter(({ severity, byDefault }) => rank[severity] > rank[byDefault])
        .map((each) => `${each.check} is ${article(each.severity)}, not a ${each.byDefault}`),
      ...Object.entries(policy.thresholds).map(([what, most]) => `at most ${most} ${what}`),
      ...(policy.sbom === undefined ? [] : sbomDemands(policy.sbom)),
      ...(policy.provenance === undefined ? [] : provenanceDemands(policy.provenance)),
      ...(policy.budgets.length === 0 ? [] : [`sizes are limited: ${policy.budgets.length}`]),
    ],
  };
}

/** What a policy demands of SBOMs, in words. */
export function sbomDemands({
  required,
  maxAgeDays,
  licences,
  packages,
}: SbomPolicy): readonly string[] {
  const { allow, forbid = [], unknown } = licences ?? {};
  return [
    ...(required ? ['every image has an SBOM'] : []),
    ...(maxAgeDays === undefined ? [] : [`SBOMs are at most ${maxAgeDays} days old`]),
    ...(allow === undefined ? [] : [`no licence but ${allow.join(', ')}`]),
    ...(forbid.length === 0 ? [] : [`no licence ${forbid.join(', ')}`]),
    ...(unknown === 'fail' ? ['every package names its licence'] : []),
    ...packages.map(({ name, type, versions, below, reason }) => {
      const which = [
        ...(below === undefined ? [] : [`below ${below}`]),
        ...(versions === undefined ? [] : [versions.join(', ')]),
      ].join(' or ');
      return `no ${type === undefined ? 'package' : type} ${name}${which === '' ? '' : ` ${which}`}: ${reason}`;
    }),
  ];
}

/** What a policy demands of provenance, in words. */
export function provenanceDemands({
  required,
  builders,
  unchanged,
}: ProvenanceDemands): readonly string[] {
  return [
    ...(required ? ['every archive has signed provenance'] : []),
    ...(builders === undefined ? [] : [`no builder but ${builders.join(', ')}`]),
    ...(unchanged === true ? ['definitions are those of the commit that is named'] : []),
  ];
}

function stateOf(waiver: Waiver, at: Date, warnDays: number): DescribedWaiver['state'] {
  if (!waiverHolds(waiver, at)) return 'ended';
  const soon = new Date(at.getTime() + warnDays * dayMs);
  return waiverHolds(waiver, soon) ? 'holds' : 'ends-soon';
}

function article(severity: Severity): string {
  return severity === 'error' ? 'an error' : `a ${severity}`;
}
