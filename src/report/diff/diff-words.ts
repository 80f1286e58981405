import type { DiffSection, DiffSide, DossierDiff } from './dossier-diff.ts';

/** How a side is vouched for, in words. */
export function signatureWords({ kind, signature }: Pick<DiffSide, 'kind' | 'signature'>): string {
  const { state, by, reason } = signature;
  if (kind === 'judged') return 'judged now, by the archives themselves';
  if (state === 'valid') return `its report is signed by ${by}`;
  if (state === 'unsigned') return 'UNSIGNED: anybody could have written its report';
  if (state === 'unjudged')
    return 'its report has a signature, and no key was given to judge it by';
  return `its report is NOT what was signed: ${reason}`;
}

/** The first line: whether anything changed, and how much. */
export function diffHeadline({
  outcome,
  sections,
}: Pick<DossierDiff, 'outcome' | 'sections'>): string {
  if (outcome === 'same') return 'nothing changed in anything that is compared';
  const { added, removed, changed } = totalsOf(sections);
  const parts = sections.filter(isDifferent).map(({ title }) => title.toLowerCase());
  return `${added} added, ${removed} removed, ${changed} changed; in ${parts.join('; ')}`;
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
