import { exitCodes, worstExitCode } from '../errors/exit-codes.ts';
import { weakenedText } from './decide.ts';
import type { Verdict } from './verdict.ts';

export interface SumUpContext {
  /** Name of the whole. */
  readonly subject: string;
  /** Verdicts on the archives in it. */
  readonly parts: readonly Verdict[];
  /** How many could not be opened, or are no archives. */
  readonly unreadable: number;
}

/**
 * The verdict on a whole: that on itself, and never better than the worst of its parts. Counts stay those
 * of the whole's own findings; those of the parts stand with them.
 */
export function sumUp(own: Verdict, { subject, parts, unreadable }: SumUpContext): Verdict {
  const failed = parts.filter(({ outcome }) => outcome === 'fail').length;
  const open = parts.filter(({ outcome }) => outcome === 'incomplete').length;
  const fails = own.outcome === 'fail' || failed > 0 || unreadable > 0;
  const outcome = fails ? 'fail' : own.outcome === 'incomplete' || open > 0 ? 'incomplete' : 'pass';
  const missing = [own, ...parts].flatMap(({ missingEvidence }) => missingEvidence);
  const weakenedBy = [...new Set([own, ...parts].flatMap((each) => each.weakenedBy))];
  const weak = weakenedText(weakenedBy);
  const told = own.headline.endsWith(weak) || weakenedBy.length === own.weakenedBy.length;
  const ownHeadline = told ? own.headline : `${own.headline}; its archives${weak}`;
  const all = `${parts.length + unreadable} ${parts.length + unreadable === 1 ? 'archive' : 'archives'}`;
  const said = [
    ...(failed === 0 ? [] : [`${failed} of ${all} ${failed === 1 ? 'fails' : 'fail'}`]),
    ...(unreadable === 0 ? [] : [`${unreadable} of ${all} cannot be read`]),
  ];
  const why = outcome === 'fail' ? `fails: ${said.join(', ')}` : `is not proven: ${open} of ${all}`;
  return {
    ...own,
    outcome,
    exitCode: worstExitCode([
      own.exitCode,
      ...parts.map(({ exitCode }) => exitCode),
      ...(unreadable === 0 ? [] : [exitCodes.input]),
    ]),
    headline: outcome === own.outcome ? ownHeadline : `${subject} ${why}${weak}`,
    missingEvidence: [...new Set(missing)].sort(),
    weakenedBy,
  };
}
