/** A rectangle of a drawing. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Divides a rectangle among values so that areas are as the values and shapes are near to squares. In the
 * order that is given; values that are not positive get an empty box.
 * @see Bruls, Huizing, van Wijk: Squarified Treemaps (2000)
 */
export function squarify(values: readonly number[], within: Box): readonly Box[] {
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const boxes: Box[] = values.map(() => ({ x: within.x, y: within.y, width: 0, height: 0 }));
  if (total <= 0) return boxes;
  const scale = (within.width * within.height) / total;
  const areas = values
    .map((value, index) => ({ index, area: Math.max(0, value) * scale }))
    .filter(({ area }) => area > 0)
    .sort((a, b) => b.area - a.area || a.index - b.index);
  let left = within;
  let row: typeof areas = [];
  for (const next of [...areas, undefined]) {
    const side = Math.min(left.width, left.height);
    if (
      next !== undefined &&
      (row.length === 0 || worst([...row, next], side) <= worst(row, side))
    ) {
      row = [...row, next];
      continue;
    }
    left = placeRow(row, left, boxes);
    row = next === undefined ? [] : [next];
  }
  if (row.length > 0) placeRow(row, left, boxes);
  return boxes;
}

type Area = { readonly index: number; readonly area: number };

/** The worst ratio of sides in a row of that width. */
function worst(row: readonly Area[], side: number): number {
  const sum = row.reduce((total, { area }) => total + area, 0);
  const areas = row.map(({ area }) => area);
  const most = Math.max(...areas);
  const least = Math.min(...areas);
  return Math.max((side * side * most) / (sum * sum), (sum * sum) / (side * side * least));
}

/** Puts a row along the shorter side; what is left is returned. */
function placeRow(row: readonly Area[], left: Box, boxes: Box[]): Box {
  const sum = row.reduce((total, { area }) => total + area, 0);
  const upright = left.width >= left.height;
  const depth = sum / (upright ? left.height : left.width);
  let at = upright ? left.y : left.x;
  for (const { index, area } of row) {
    const length = area / depth;
    boxes[index] = upright
      ? { x: left.x, y: at, width: depth, height: length }
      : { x: at, y: left.y, width: length, height: depth };
    at += length;
  }
  return upright
    ? { x: left.x + depth, y: left.y, width: left.width - depth, height: left.height }
    : { x: left.x, y: left.y + depth, width: left.width, height: left.height - depth };
}
