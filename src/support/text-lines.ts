import { pieceAt } from './piece-at.ts';

/** A 1-based place in a text, the column in UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** The place of an offset, for a text that is asked once: a line of it costs no memory. */
export function placeIn(text: string, offset: number): TextPlace {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}

/** Where the wanted stands first; undefined where it does not. */
export function findPlace(text: string, wanted: string): TextPlace | undefined {
  const at = text.indexOf(wanted);
  return at < 0 ? undefined : placeIn(text, at);
}

/** Lines of a text that is asked often: from offsets to places and back. */
export class TextLines {
  readonly #text: string;
  #starts: number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** The place of an offset. */
  placeAt(offset: number): TextPlace {
    const starts = this.#lineStarts();
    const index = pieceAt(starts, offset);
    return { line: index + 1, column: offset - (starts[index] ?? 0) + 1 };
  }

  /** The offset of a place; of the text's end behind its last line. */
  offsetOf({ line, column }: TextPlace): number {
    const start = this.#lineStarts()[line - 1];
    return start === undefined ? this.#text.length : start + column - 1;
  }

  /** Found when first asked for: most texts are never asked. */
  #lineStarts(): readonly number[] {
    if (this.#starts !== undefined) return this.#starts;
    const starts = [0];
    for (let at = this.#text.indexOf('\n'); at >= 0; at = this.#text.indexOf('\n', at + 1))
      starts.push(at + 1);
    this.#starts = starts;
    return starts;
  }
}
