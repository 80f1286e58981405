/**
 * Which of several pieces, one behind the other, holds an offset: the index of the last one that begins
 * there or before; 0 for what lies before the first.
 * @param starts where they begin, ascending
 */
export function pieceAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
