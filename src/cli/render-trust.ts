import type { TrustDescription } from '../policy/trust/describe-policy.ts';
import { type RoleTimes, timesOfPolicy } from '../policy/trust/role-times.ts';
import { printable } from '../support/printable.ts';
import type { LoadedTrustPolicy } from './load-trust-policy.ts';
import { wrapText } from './wrap-text.ts';

/** What `trust check` found. */
export interface TrustCheckResult {
  readonly schema: 'cowa-release/trust-check/v1';
  readonly location: string;
  readonly digest: string;
  readonly version: number;
  readonly expires: string;
  readonly warnings: readonly {
    readonly line: number;
    readonly column: number;
    readonly message: string;
  }[];
  /** Roles that nobody fills with what is signed today. */
  readonly roles: readonly RoleTimes[];
  /** 1 when nothing can pass under the policy today. */
  readonly exitCode: 0 | 1;
}

/**
 * The result of a check that found no error.
 * @param now of the clock: under a policy that has ended nothing is believed
 */
export function toTrustCheck({ policy, problems }: LoadedTrustPolicy, now: Date): TrustCheckResult {
  const { origin, version, expires = '' } = policy;
  const { roles, nothingPasses } = timesOfPolicy(policy, now.getTime());
  return {
    schema: 'cowa-release/trust-check/v1',
    location: origin?.location ?? '',
    digest: origin?.digest ?? '',
    version,
    expires,
    warnings: problems.map(({ line, column, message }) => ({ line, column, message })),
    roles,
    exitCode: nothingPasses ? 1 : 0,
  };
}

/** One line per warning, in the form editors link to; then the sum, and what to do where nothing can pass. */
export function renderTrustCheck(
  { location, digest, version, expires, warnings, roles, exitCode }: TrustCheckResult,
  now: Date,
): string {
  const ended = Date.parse(expires) < now.getTime();
  return [
    ...warnings.map(
      ({ line, column, message }) => `${location}:${line}:${column} warning: ${message}`,
    ),
    `${location} is a trust policy: version ${version}, ${ended ? 'ENDED' : 'until'} ${expires}, ${digest}`,
    ...roles.map(({ message }) => `warning: ${message}`),
    ...(exitCode === 0
      ? []
      : [
          `${ended ? 'It has ended' : 'Nobody can sign anything it believes today'}, so verify refuses everything`,
          'next: get the present one over the way policies come, from whoever made it; check the clock of this machine',
        ]),
  ]
    .map((line) => printable(line))
    .join('\n');
}

/** Who may sign what, in words. */
export function renderTrust(description: TrustDescription, columns: number): string {
  const { policy, signers, roles, rules, revokedDigests, acceptedRole } = description;
  const lines = [
    `${policy.location}, version ${policy.version}, until ${policy.expires}`,
    policy.digest,
    policy.site === null
      ? 'no site: releases that name an audience cannot be judged'
      : `site ${policy.site}: releases must name it in their audience`,
    policy.otherSignatures === 'refuse'
      ? 'a signature of anybody else is refused'
      : 'a signature of anybody else is only reported',
    '',
    'What is believed (the first that fits decides, everything else is refused)',
    ...rules.flatMap(({ says }) => [
      `  ${says[0] ?? ''}`,
      ...says.slice(1).map((line) => `      ${line}`),
    ]),
    '',
    'Signers',
    ...signers.map(({ name, kind, who, algorithm, ...times }) => {
      const { notBefore, notAfter, revokedAt, trustedRoot } = times;
      const more = [
        ...(algorithm === undefined ? [] : [algorithm]),
        ...(trustedRoot === undefined ? [] : [`root ${trustedRoot}`]),
        ...(notBefore === undefined ? [] : [`from ${notBefore}`]),
        ...(notAfter === undefined ? [] : [`until ${notAfter}`]),
        ...(revokedAt === undefined ? [] : [`REVOKED at ${revokedAt}`]),
      ];
      return `  ${name}  ${kind} ${who}${more.map((each) => `, ${each}`).join('')}`;
    }),
    '',
    'Roles',
    ...roles.map(
      ({ name, kind, threshold, signers: names }) =>
        `  ${name}  ${kind}, ${threshold} of ${names.join(', ')}`,
    ),
    ...(revokedDigests.length === 0
      ? []
      : [
          '',
          'Refused whoever signed it',
          ...revokedDigests.map(({ digest, reason }) => `  ${digest}  ${reason}`),
        ]),
    ...(acceptedRole === null
      ? []
      : ['', `What was accepted last is believed of the role ${acceptedRole}`]),
  ];
  return lines
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? '';
      return wrapText(printable(line.trimStart()), columns, indent, `${indent}    `);
    })
    .join('\n');
}
