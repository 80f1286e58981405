/** Breaks a text into lines at spaces; a word longer than a line, a digest above all, stays whole so that it can be copied. */
export function wrapText(
  text: string,
  columns: number,
  first: string,
  rest: string,
): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = lines.length === 0 ? first : rest;
    let empty = true;
    for (const word of paragraph.split(' ')) {
      if (!empty && line.length + 1 + word.length > columns) {
        lines.push(line);
        line = rest + word;
      } else {
        line += empty ? word : ` ${word}`;
        empty = false;
      }
    }
    lines.push(line);
  }
  return lines;
}
