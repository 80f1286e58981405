import { UsageError } from '../errors/families.ts';
import { matchesPattern } from '../policy/matches-pattern.ts';
import { nearestWord } from '../support/nearest-word.ts';
import { allChecks, type DescribedCheck } from './all-checks.ts';
import type { CodeHelp } from './check.ts';
import { helpOf, sharedHelp } from './code-help.ts';
import { findingCodes } from './finding-codes.gen.ts';

/** A check was asked for that is not there. */
class CheckLookupError extends UsageError<
  'CHECK_UNKNOWN' | 'CHECK_AREA_UNKNOWN' | 'CHECK_PATTERN_UNKNOWN'
> {}

/**
 * A check by its id.
 * @throws CheckLookupError CHECK_UNKNOWN, with the id that was likely meant
 */
export function requireCheck(id: string): DescribedCheck {
  const checks = allChecks();
  const found = checks.find((check) => check.id === id);
  if (found !== undefined) return found;
  const likely = likelyIds(
    id,
    checks.map((check) => check.id),
  );
  throw new CheckLookupError('CHECK_UNKNOWN', `there is no check '${id}'`, {
    suggestions: [...likely.map((each) => `Did you mean '${each}'?`), 'cowa-release checks list'],
  });
}

/** A code of findings: what was seen, the checks that tell it, and what is to be done whichever tells it. */
export interface ExplainedCode {
  readonly says: string;
  /** Each with what it says of this very code. */
  readonly checks: readonly Omit<DescribedCheck, 'codes'>[];
  /** Where several checks tell it in the same words. */
  readonly help: CodeHelp | null;
}

/** What a code of findings means; undefined when no finding carries it. */
export function findFindingCode(code: string): ExplainedCode | undefined {
  const found = findingCodes.find((each) => each.code === code);
  if (found === undefined) return undefined;
  const checks = allChecks()
    .filter(({ id }) => found.checks.includes(id))
    .map(({ codes, ...check }) => ({
      ...check,
      help: helpOf({ help: check.help, ...(codes === undefined ? {} : { codes }) }, code),
    }));
  return { says: found.says, checks, help: sharedHelp(code) ?? null };
}

/** Codes of findings that are spelt alike. */
export function nearestFindingCode(code: string): string | undefined {
  return nearestWord(
    code,
    findingCodes.map((each) => each.code),
  );
}

/**
 * The checks of one area of evidence.
 * @throws CheckLookupError CHECK_AREA_UNKNOWN
 */
export function checksOfArea(area: string): readonly DescribedCheck[] {
  const checks = allChecks();
  const found = checks.filter((check) => check.area === area);
  if (found.length > 0) return found;
  const areas = [...new Set(checks.map((check) => check.area))].sort();
  const near = nearestWord(area, areas);
  throw new CheckLookupError('CHECK_AREA_UNKNOWN', `there is no area '${area}'`, {
    suggestions: [
      ...(near === undefined ? [] : [`Did you mean '${near}'?`]),
      `One of: ${areas.join(', ')}`,
    ],
  });
}

/**
 * Requires that each pattern means a check: one that means none would leave out nothing, or everything.
 * @throws CheckLookupError CHECK_PATTERN_UNKNOWN
 */
export function requirePatterns(patterns: readonly string[]): void {
  const ids = allChecks().map((check) => check.id);
  const empty = patterns.find((pattern) => !ids.some((id) => matchesPattern(id, pattern)));
  if (empty === undefined) return;
  throw new CheckLookupError('CHECK_PATTERN_UNKNOWN', `no check is called '${empty}'`, {
    suggestions: [
      ...likelyIds(empty, ids).map((each) => `Did you mean '${each}'?`),
      'cowa-release checks list',
    ],
  });
}

/** The nearest id; else those whose last part, or whose area, is what was written. */
function likelyIds(id: string, ids: readonly string[]): readonly string[] {
  const near = nearestWord(id, ids);
  if (near !== undefined) return [near];
  const last = id.slice(id.lastIndexOf('/') + 1);
  const names = ids.map((each) => each.slice(each.indexOf('/') + 1));
  const name = nearestWord(last, names);
  const alike = ids.filter((each) => each.endsWith(`/${name ?? last}`));
  return alike.length > 0
    ? alike
    : ids.filter((each) => each.startsWith(`${id.replace(/\/$/, '')}/`)).slice(0, 5);
}
