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
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const piece = pieces[low];
    return piece === undefined ? undefined : placeIn(piece, offset - (starts[low] ?? 0));
  };
}

function placeIn({ text, place, literal }: WrittenPiece, offset: number): TemplatePlace {
  if (!literal) return place;
  const before = text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  if (lastBreak < 0) return { ...place, column: place.column + before.length };
  return {
    file: place.file,
    line: place.line + before.split('\n').length - 1,
    column: before.length - lastBreak,
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
      indented.push({ text: pad, place: placeIn(piece, start), literal: false });
    }
    if (start < piece.text.length) indented.push(cut(piece, start, piece.text.length));
  }
  return indented;
}

function cut(piece: WrittenPiece, start: number, end: number): WrittenPiece {
  return { ...piece, text: piece.text.slice(start, end), place: placeIn(piece, start) };
}
