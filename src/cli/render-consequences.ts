import type { Finding } from '../checks/check.ts';
import { placeText } from '../report/report-view.ts';
import { archiveText } from './archive-text.ts';

/** Failures named below their cause before the rest is counted. */
const maxFailures = 3;
/** Checks named that could not look. */
const maxIds = 12;

/** Findings that stand for themselves, and what follows from each of them. */
export function withConsequences(findings: readonly Finding[]): {
  readonly own: readonly Finding[];
  readonly consequences: (cause: Finding) => readonly Finding[];
} {
  const there = new Set(findings.map(keyOf));
  const causeOf = ({ followsFrom }: Finding): string | undefined => {
    if (followsFrom === undefined) return undefined;
    const { id, code, subject } = followsFrom;
    const key = JSON.stringify([id, code, subject]);
    return there.has(key) ? key : undefined;
  };
  // What follows from something that is not told here stands for itself, so that nothing is lost.
  const own = findings.filter((finding) => causeOf(finding) === undefined);
  const following = Map.groupBy(findings, causeOf);
  const told = new Set<string>();
  return {
    own,
    consequences: (cause) => {
      const key = keyOf(cause);
      if (told.has(key)) return [];
      told.add(key);
      return following.get(key) ?? [];
    },
  };
}

/** What would not be there without the cause above it: what fails too, then which checks could not look. */
export function renderConsequences(
  findings: readonly Finding[],
  { columns, all }: { readonly columns: number; readonly all: boolean },
): readonly string[] {
  if (findings.length === 0) return [];
  const line = (text: string): readonly string[] => archiveText(text, columns, '    ', '      ');
  const told = (each: Finding): readonly string[] =>
    line(`${tagOf(each)} ${placeText(each)}: ${each.message}`);
  const failed = findings.filter(({ outcome }) => outcome === 'fail');
  const open = findings.filter(({ outcome }) => outcome !== 'fail');
  const shown = all ? failed : failed.slice(0, maxFailures);
  const ids = [...new Set(open.map(({ id }) => id))].sort();
  const named = ids.slice(0, maxIds).join(', ');
  const rest = ids.length > maxIds ? ` and ${ids.length - maxIds} more` : '';
  const left = failed.length - shown.length;
  return [
    ...(failed.length === 0
      ? []
      : [
          `  ${failed.length === 1 ? 'so this fails' : `so these ${failed.length} fail`} too:`,
          ...shown.flatMap(told),
        ]),
    ...(left === 0 ? [] : line(`and ${left} more: --all lists them`)),
    ...(open.length === 0
      ? []
      : all
        ? [`  so ${counted(ids.length, 'check')} could not look:`, ...open.flatMap(told)]
        : archiveText(
            `so ${counted(ids.length, 'check')} could not look (--all lists them): ${named}${rest}`,
            columns,
            '  ',
            '    ',
          )),
  ];
}

function keyOf({ id, code, subject }: Finding): string {
  return JSON.stringify([id, code, subject.name]);
}

function tagOf({ id, code }: Finding): string {
  return code === undefined ? id : `${id} [${code}]`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
