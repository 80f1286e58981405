import parse from 'spdx-expression-parse';
import ids from 'spdx-license-ids' with { type: 'json' };
import { isExpression, spdxExpression } from '../../sbom/licences/licence-claim.ts';
import { matchesPattern } from '../matches-pattern.ts';
import type { LicenceRules } from './sbom-policy.ts';

type Expression = ReturnType<typeof parse>;

export type LicenceJudgement = 'allowed' | 'forbidden' | 'unknown';

/**
 * Whether software may be used under its licences. All of several claims hold at once: each says what part
 * of the files are under. Of a choice (`OR`) one that is allowed is enough.
 * @param claims SPDX expressions, or words that may mean one; none at all: unknown
 */
export function judgeLicences(claims: readonly string[], rules: LicenceRules): LicenceJudgement {
  const judged = claims.map((claim) => judgeClaim(claim, rules));
  return judged.length === 0 ? 'unknown' : all(judged);
}

/** Whether a pattern means any licence there can be. */
export function meansLicence(pattern: string): boolean {
  if (/^licenseref-/i.test(pattern)) return true;
  const [base = ''] = pattern.split(/ with /i);
  return ids.some((id) => matches(id, base)) || deprecated.some((id) => matches(id, base));
}

/** Names the list had before it told "only" from "or later"; packages still use them. */
const deprecated = [
  'GPL-1.0',
  'GPL-2.0',
  'GPL-3.0',
  'LGPL-2.0',
  'LGPL-2.1',
  'LGPL-3.0',
  'AGPL-3.0',
];

function judgeClaim(claim: string, rules: LicenceRules): LicenceJudgement {
  const expression = isExpression(claim) ? claim : spdxExpression(claim);
  return expression === '' ? judgeName(claim, rules) : judgeTree(parse(expression), rules);
}

/** What is no expression can still be forbidden by its very words. */
function judgeName(words: string, { forbid }: LicenceRules): LicenceJudgement {
  return forbid.some((pattern) => matches(words, pattern)) ? 'forbidden' : 'unknown';
}

function judgeTree(tree: Expression, rules: LicenceRules): LicenceJudgement {
  // Chains lean to the right, and as far as somebody wrote: no recursion along them.
  const parts: LicenceJudgement[] = [];
  let at = tree;
  const { conjunction } = 'left' in tree ? tree : { conjunction: undefined };
  while ('left' in at && at.conjunction === conjunction) {
    parts.push(judgeTree(at.left, rules));
    at = at.right;
  }
  parts.push('left' in at ? judgeTree(at, rules) : judgeLeaf(at, rules));
  return conjunction === 'or' ? any(parts) : all(parts);
}

function judgeLeaf(
  { license, plus, exception }: Extract<Expression, { license: string }>,
  { allow, forbid }: LicenceRules,
): LicenceJudgement {
  const names = namesOf(license, plus === true);
  // A licence with an exception is meant by its own name too: whoever forbids it may not know the exception.
  const withException = names.map((name) => `${name} WITH ${exception ?? ''}`);
  const meant = exception === undefined ? names : [...names, ...withException];
  if (forbid.some((pattern) => meant.some((name) => matches(name, pattern)))) return 'forbidden';
  if (allow?.some((pattern) => meant.some((name) => matches(name, pattern))) === true)
    return 'allowed';
  // Only its author knows what a name outside the list means.
  if (license.startsWith('LicenseRef-') || license.startsWith('DocumentRef-')) return 'unknown';
  return allow === undefined ? 'allowed' : 'forbidden';
}

/** A licence under the names it goes by: `GPL-2.0+` is `GPL-2.0-or-later`. */
function namesOf(license: string, plus: boolean): readonly string[] {
  if (deprecated.includes(license))
    return plus ? [`${license}-or-later`, `${license}+`] : [`${license}-only`, license];
  return plus ? [license, `${license}+`] : [license];
}

/** Names of licences are the same in upper and lower case. @see SPDX 2.3, annex D.2 */
function matches(name: string, pattern: string): boolean {
  return matchesPattern(name.toLowerCase(), pattern.toLowerCase());
}

function all(parts: readonly LicenceJudgement[]): LicenceJudgement {
  if (parts.includes('forbidden')) return 'forbidden';
  return parts.includes('unknown') ? 'unknown' : 'allowed';
}

function any(parts: readonly LicenceJudgement[]): LicenceJudgement {
  if (parts.includes('allowed')) return 'allowed';
  return parts.includes('unknown') ? 'unknown' : 'forbidden';
}
