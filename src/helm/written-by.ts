import { pieceAt } from '../support/piece-at.ts';
import { placeIn } from '../support/text-lines.ts';
import type { TemplatePlace } from './template-fault.ts';

/** A piece of output and what wrote it. */
export interface WrittenPiece {
  readonly text: string;
  /** Where the text begins in a template, or the action that computed it. */
  readonly place: TemplatePlace;
  /** It stands in the template as it is. */
  readonly literal: boolean;
}

/** The place in a template that wrote what stands at an offset of the output; undefined for an empty one. */
export function writtenBy(
  pieces: readonly WrittenPiece[],
): (offset: number) => TemplatePlace | undefined {
  const starts: number[] = [];
  let length = 0;
  for (const { text } of pieces) {
    starts.push(length);
    length += text.length;
  }
  return (offset) => {
    const index = pieceAt(starts, offset);
    const piece = pieces[index];
    return piece === undefined ? undefined : placeWithin(piece, offset - (starts[index] ?? 0));
  };
}

function placeWithin({ text, place, literal }: WrittenPiece, offset: number): TemplatePlace {
  if (!literal) return place;
  const { line, column } = placeIn(text, offset);
  return {
    file: place.file,
    line: place.line + line - 1,
    column: line === 1 ? place.column + column - 1 : column,
  };
}

/** The same output with spaces in front of each line, as `indent` writes it. */
export function indentedPieces(
  pieces: readonly WrittenPiece[],
  spaces: number,
): readonly WrittenPiece[] {
  const pad = ' '.repeat(spaces);
  const [first] = pieces;
  if (first === undefined) return pieces;
  const indented: WrittenPiece[] = [{ text: pad, place: first.place, literal: false }];
  for (const piece of pieces) {
    let start = 0;
    for (let end = piece.text.indexOf('\n'); end >= 0; end = piece.text.indexOf('\n', start)) {
      indented.push(cut(piece, start, end + 1));
      start = end + 1;
      indented.push({ text: pad, place: placeWithin(piece, start), literal: false });
    }
    if (start < piece.text.length) indented.push(cut(piece, start, piece.text.length));
  }
  return indented;
}

function cut(piece: WrittenPiece, start: number, end: number): WrittenPiece {
  return { ...piece, text: piece.text.slice(start, end), place: placeWithin(piece, start) };
}
