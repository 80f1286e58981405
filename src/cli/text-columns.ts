/** Narrower than this nothing can be read. */
const least = 40;
/** Wider than this lines are hard to follow. */
const most = 120;

/**
 * Columns a text is wrapped at: those of the terminal, within what people can read. Where text goes into a
 * file or to another program it is not wrapped at all, for whoever searches it looks for whole lines.
 * `COLUMNS` says otherwise, on a terminal too.
 * @param columns of the terminal; undefined where standard output is none
 * @param wanted the variable `COLUMNS`
 * @returns infinite: no wrapping
 */
export function textColumns(columns: number | undefined, wanted: string | undefined): number {
  const said = /^[1-9]\d{0,4}$/.test(wanted ?? '') ? Number(wanted) : undefined;
  if (said !== undefined) return Math.max(least, said);
  if (columns === undefined) return Number.POSITIVE_INFINITY;
  // A terminal that does not know its width says 0.
  return columns === 0 ? 80 : Math.max(least, Math.min(columns, most));
}

/** Columns for what goes to standard output. */
export function outputColumns(): number {
  return textColumns(process.stdout.columns, process.env['COLUMNS']);
}
