import { type ExitCode, exitCodes } from '../errors/exit-codes.ts';
import {
  type DescribedWaiver,
  type PolicyDescription,
  provenanceDemands,
  sbomDemands,
} from '../policy/describe-policy.ts';
import { formatSize } from '../support/format-size.ts';
import { archiveText } from './archive-text.ts';

/** What `policy check` found in a policy that can be used. */
export interface PolicyCheckResult {
  readonly schema: 'cowa-release/policy-check/v1';
  readonly location: string;
  readonly digest: string;
  /** Waivers by what became of them. */
  readonly waivers: {
    readonly holding: number;
    readonly endingSoon: number;
    readonly ended: number;
  };
  /** Waivers that ran out or soon will, in words. */
  readonly warnings: readonly string[];
  /** Where the policy asks for less than holds without one. */
  readonly weakens: readonly string[];
  /** 1 when a waiver ran out. */
  readonly exitCode: ExitCode;
}

/** The sum of a description. */
export function toPolicyCheck(description: PolicyDescription): PolicyCheckResult {
  const { waivers, location, digest, weakens } = description;
  const count = (state: DescribedWaiver['state']): number =>
    waivers.filter((each) => each.state === state).length;
  const ended = count('ended');
  return {
    schema: 'cowa-release/policy-check/v1',
    location: location ?? '',
    digest: digest ?? '',
    waivers: { holding: count('holds'), endingSoon: count('ends-soon'), ended },
    warnings: waivers
      .filter(({ state }) => state !== 'holds')
      .map(({ check, subject, owner, expires, state }) => {
        const said = state === 'ended' ? 'ran out on' : 'ends soon, on';
        return `the waiver of ${check} for ${subject} ${said} ${expires}: ask ${owner}`;
      }),
    weakens,
    exitCode: ended === 0 ? exitCodes.ok : exitCodes.verdictFail,
  };
}

/** The warnings, then the sum. */
export function renderPolicyCheck(result: PolicyCheckResult, columns: number): string {
  const { location, digest, waivers, warnings, weakens } = result;
  const { holding, endingSoon, ended } = waivers;
  const sum = `${location} is a policy: waivers that hold ${holding + endingSoon}, that ran out ${ended}, ${digest}`;
  return [
    ...warnings.flatMap((each) => archiveText(`warning: ${each}`, columns, '', '    ')),
    ...weakens.flatMap((each) => archiveText(`weakens: ${each}`, columns, '', '    ')),
    ...archiveText(sum, columns, '', '    '),
  ].join('\n');
}

/** A policy in words. */
export function renderPolicy(description: PolicyDescription, columns: number): string {
  const {
    location,
    digest,
    uri,
    required,
    failOn,
    thresholds,
    severities,
    budgets,
    sbom,
    provenance,
    waivers,
  } = description;
  const said = (text: string): readonly string[] => archiveText(text, columns, '  ', '      ');
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', title, ...lines.flatMap(said)];
  return [
    ...archiveText(location ?? 'the built-in policy', columns, '', '    '),
    ...(digest === null ? [] : [digest]),
    ...(uri === null ? [] : archiveText(`named ${uri}`, columns, '', '    ')),
    ...section('For a pass these must have been decided', [
      failOn.includes('undecided') ? 'every check' : required.join(', '),
    ]),
    ...section('What fails', [failOn.filter((each) => each !== 'undecided').join(', ')]),
    ...section(
      'At most',
      Object.entries(thresholds).map(([what, most]) => `${most} ${what}`),
    ),
    ...section(
      'Checks that weigh otherwise',
      severities.map((each) => `${each.check}: ${each.severity} (by default ${each.byDefault})`),
    ),
    ...section('Sizes', budgets.map(budgetText)),
    ...section('SBOMs', sbom === null ? [] : sbomDemands(sbom)),
    ...section('Provenance', provenance === null ? [] : provenanceDemands(provenance)),
    ...section('Waivers', waivers.map(waiverText)),
    ...section('Less than without it', description.weakens),
    ...section('More than without it', description.strengthens),
  ].join('\n');
}

function budgetText({
  kind,
  pattern,
  minBytes,
  maxBytes,
}: PolicyDescription['budgets'][number]): string {
  const limits = [
    ...(minBytes === undefined ? [] : [`at least ${formatSize(minBytes)}`]),
    ...(maxBytes === undefined ? [] : [`at most ${formatSize(maxBytes)}`]),
  ];
  return `${kind} ${pattern}: ${limits.join(', ')}`;
}

const states: Readonly<Record<DescribedWaiver['state'], string>> = {
  holds: 'holds',
  'ends-soon': 'ENDS SOON',
  ended: 'RAN OUT',
};

function waiverText(waiver: DescribedWaiver): string {
  const { check, subject, code, digest, owner, reason, expires, state } = waiver;
  const only = [code, digest].filter((each) => each !== undefined).join(' ');
  const what = `${check} for ${subject}${only === '' ? '' : ` (${only})`}`;
  return `${states[state]}  ${what}, until ${expires}, ${owner}: ${reason}`;
}
