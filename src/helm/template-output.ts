import type { Command, Pipeline } from './template-syntax.ts';
import { indentedPieces, type WrittenPiece } from './written-by.ts';

/** What Helm prints for nothing, and takes out of the finished text. */
export const noValue = '<no value>';
/** All pieces as one text. */
export function textOf(pieces: readonly WrittenPiece[]): string {
  return pieces.map(({ text }) => text).join('');
}

/** Without what is printed for nothing. Helm looks for it in the whole text, so it may also stand across pieces. */
export function withoutNoValue(pieces: readonly WrittenPiece[]): readonly WrittenPiece[] {
  const whole = textOf(pieces);
  if (!whole.includes(noValue)) return pieces;
  const text = whole.replaceAll(noValue, '');
  const cleaned = pieces.map((piece) =>
    piece.text.includes(noValue)
      ? { ...piece, text: piece.text.replaceAll(noValue, ''), literal: false }
      : piece,
  );
  const [first] = pieces;
  if (textOf(cleaned) === text || first === undefined) return cleaned;
  return [{ text, place: first.place, literal: false }];
}

/** What an action prints that does nothing but include a template, and maybe indents it; undefined for others. */
export function includedBy(
  { commands }: Pipeline,
  included: readonly WrittenPiece[],
): readonly WrittenPiece[] | undefined {
  const [first, ...others] = commands;
  if (first === undefined || functionOf(first) !== 'include') return undefined;
  let pieces = included;
  for (const command of others) {
    const name = functionOf(command);
    const [, spaces] = command.terms;
    if (spaces?.kind !== 'number' || command.terms.length > 2) return undefined;
    if (name !== 'indent' && name !== 'nindent') return undefined;
    pieces = indentedPieces(pieces, Math.min(Math.max(0, Number(spaces.value)), 1000));
    if (name === 'nindent')
      pieces = [{ text: '\n', place: command.place, literal: false }, ...pieces];
  }
  return pieces;
}

function functionOf({ terms: [first] }: Command): string | undefined {
  return first?.kind === 'function' ? first.name : undefined;
}
