import type { TextEdit } from './lint-check.ts';

/** Texts after fixing, and what could not be done. */
export interface AppliedFixes {
  /** Only those that changed, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Fixes that were applied, in the order given. */
  readonly applied: readonly (readonly TextEdit[])[];
  /** Fixes that were not: none of their edits was made. */
  readonly refused: readonly { readonly fix: readonly TextEdit[]; readonly reason: string }[];
}

interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/**
 * Puts fixes into texts. All else stays as it is, comments and formatting too. Of two fixes that touch each
 * other the first is applied and the second refused, so that the next run may judge it anew; two that say the
 * same are one.
 */
export function applyFixes(
  texts: ReadonlyMap<string, string>,
  fixes: readonly (readonly TextEdit[])[],
): AppliedFixes {
  const taken: Span[] = [];
  const applied: (readonly TextEdit[])[] = [];
  const refused: { fix: readonly TextEdit[]; reason: string }[] = [];
  for (const fix of fixes) {
    const spans: Span[] = [];
    const reason = place(fix, texts, taken, spans);
    if (reason === undefined) {
      taken.push(...spans);
      applied.push(fix);
    } else refused.push({ fix, reason });
  }
  const changed = new Map<string, string>();
  for (const file of new Set(taken.map((span) => span.file))) {
    const spans = taken
      .filter((span) => span.file === file)
      .toSorted((a, b) => b.start - a.start || b.end - a.end);
    let text = texts.get(file) ?? '';
    for (const { start, end, replacement } of spans)
      text = text.slice(0, start) + replacement + text.slice(end);
    if (text !== texts.get(file)) changed.set(file, text);
  }
  return { texts: changed, applied, refused };
}

/** Why a fix cannot be made; undefined when its spans were added. */
function place(
  fix: readonly TextEdit[],
  texts: ReadonlyMap<string, string>,
  taken: readonly Span[],
  spans: Span[],
): string | undefined {
  for (const edit of fix) {
    const text = texts.get(edit.file);
    if (text === undefined) return `${edit.file} was not read`;
    const start = offsetOf(text, edit);
    if (start === undefined)
      return `${edit.file}:${edit.line}:${edit.column} is no place in the file`;
    const { file, replacement } = edit;
    const span = { file, start, end: start + edit.length, replacement };
    if (taken.some((other) => same(other, span)) || spans.some((other) => same(other, span)))
      continue;
    if ([...taken, ...spans].some((other) => other.file === file && overlap(other, span)))
      return `${edit.file}:${edit.line}:${edit.column} is changed by another fix already; run it once more`;
    spans.push(span);
  }
  return undefined;
}

/** Undefined where the line has no such span. */
function offsetOf(text: string, { line, column, length }: TextEdit): number | undefined {
  if (line < 1 || column < 1 || length < 0) return undefined;
  let start = 0;
  for (let at = 1; at < line; at++) {
    const end = text.indexOf('\n', start);
    if (end < 0) return undefined;
    start = end + 1;
  }
  const next = text.indexOf('\n', start);
  const end = next < 0 ? text.length : next;
  const offset = start + column - 1;
  return offset + length <= end ? offset : undefined;
}

/** Two insertions at one place have no order, so they touch each other too. */
function overlap(a: Span, b: Span): boolean {
  if (a.start === b.start) return true;
  return a.start < b.end && b.start < a.end;
}

function same(a: Span, b: Span): boolean {
  return (
    a.file === b.file && a.start === b.start && a.end === b.end && a.replacement === b.replacement
  );
}
