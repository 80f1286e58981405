import { statusWords } from '../dossier/dossier-words.ts';
import type { DiffSection, DiffSide, DossierDiff } from './dossier-diff.ts';

/** How a side is vouched for, in words. */
export function signatureWords({ kind, signature }: Pick<DiffSide, 'kind' | 'signature'>): string {
  const { state, by, reason, verdict } = signature;
  if (kind === 'judged') {
    if (verdict === 'pass') return 'judged now, by the archives themselves: they pass';
    return `${verdict === 'fail' ? 'NOT vouched for: the archives themselves fail' : 'not proven: judged now, by the archives themselves'}: ${reason}`;
  }
  if (state === 'valid') return `its report is signed by ${by}`;
  if (state === 'unsigned') return 'UNSIGNED: anybody could have written its report';
  if (state === 'unjudged')
    return 'its report has a signature, and no key was given to judge it by';
  return `its report is NOT what was signed: ${reason}`;
}

/** The verdict of a side in words, as its report has it. */
export function sideStatus({ status }: Pick<DiffSide, 'status'>): string {
  return Object.entries(statusWords).find(([each]) => each === status)?.[1] ?? status;
}

/** The first line: whether anything changed, and how much; and in which parts, where nothing else says that. */
export function diffHeadline(
  { outcome, sections }: Pick<DossierDiff, 'outcome' | 'sections'>,
  form: 'parts' | 'sum' = 'parts',
): string {
  if (outcome === 'same') return 'nothing changed in anything that is compared';
  const { added, removed, changed } = totalsOf(sections);
  const parts = sections.filter(isDifferent).map(({ title }) => title.toLowerCase());
  const sum = `${added} added, ${removed} removed, ${changed} changed`;
  return form === 'parts'
    ? `${sum}; in ${parts.join('; ')}`
    : `${sum}, in ${parts.length} of ${sections.length} parts`;
}

/** Whether anything changed in a part. */
export function isDifferent({ added, removed, changed }: DiffSection): boolean {
  return added.length + removed.length + changed.length > 0;
}

/** Sums over all parts. */
export function totalsOf(sections: readonly DiffSection[]) {
  const sum = (of: (section: DiffSection) => number): number =>
    sections.reduce((total, section) => total + of(section), 0);
  return {
    added: sum((each) => each.added.length),
    removed: sum((each) => each.removed.length),
    changed: sum((each) => each.changed.length),
    same: sum((each) => each.same),
  };
}

/** A value of a field; one that is empty says so. */
export function valueWords(value: string): string {
  return value === '' ? '(nothing)' : value;
}

/** How much changed in a part: `2 added, 1 changed`. */
export function countWords({ added, removed, changed }: DiffSection): string {
  const counts = [
    [removed.length, 'removed'],
    [added.length, 'added'],
    [changed.length, 'changed'],
  ] as const;
  return counts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`])).join(', ');
}

/** Changes of a part that are told in short. */
const mostForemost = 2;
const mostWords = 84;

/** The first changes of a part, in a line or two: what went, what came, what is other. */
export function foremost({ added, removed, changed }: DiffSection): string {
  const all = [
    ...removed.map(({ key }) => `gone: ${key}`),
    ...added.map(({ key }) => `new: ${key}`),
    ...changed.map(({ key, fields }) => {
      const said = fields.map(
        ({ name, before, after }) => `${name} ${valueWords(before)} → ${valueWords(after)}`,
      );
      const whole = shortDigests(`${key}: ${said.join(', ')}`);
      // Half a value would be another one.
      return whole.length <= mostWords
        ? whole
        : `${key}: ${fields.map(({ name }) => name).join(', ')}`;
    }),
  ];
  const shown = all.slice(0, mostForemost).map((text) => cut(shortDigests(text)));
  const more = all.length - shown.length;
  return `${shown.join('; ')}${more === 0 ? '' : `; and ${more} more`}`;
}

/** What one side says nothing about, each once. */
export function notComparedWords({ notCompared }: Pick<DossierDiff, 'notCompared'>): string {
  const names = [...new Set(notCompared.map(({ what }) => what))];
  const shown = names.slice(0, 3).map(cut);
  const more = names.length - shown.length;
  return `${shown.join('; ')}${more === 0 ? '' : `; and ${more} more`}`;
}

function cut(text: string): string {
  return text.length <= mostWords ? text : `${text.slice(0, mostWords - 1)}…`;
}

/** A digest is told from others by its beginning. */
function shortDigests(text: string): string {
  return text.replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1…');
}
