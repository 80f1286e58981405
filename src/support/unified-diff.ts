const context = 3;

interface Hunk {
  /** 0-based, first line of the context. */
  readonly before: number;
  readonly after: number;
  readonly lines: string[];
}

/**
 * The difference of two texts as a unified diff, as `patch` and `git apply` take it; empty where there is none.
 * Lines that are kept are found from both ends and, in between, by the longest common run of lines.
 * @param path as both sides are called
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const [old, now] = [linesOf(before), linesOf(after)];
  const steps = compareLines(old, now);
  const hunks: Hunk[] = [];
  let [oldAt, nowAt, quiet] = [0, 0, context + 1];
  let hunk: Hunk | undefined;
  for (const { sign, line } of steps) {
    if (sign !== ' ') {
      if (hunk === undefined) {
        const lead = Math.min(context, oldAt, nowAt);
        const kept = old.slice(oldAt - lead, oldAt).map((each) => ` ${each}`);
        hunk = { before: oldAt - lead, after: nowAt - lead, lines: kept };
        hunks.push(hunk);
      }
      hunk.lines.push(`${sign}${line}`);
      quiet = 0;
    } else if (hunk !== undefined) {
      hunk.lines.push(` ${line}`);
      quiet++;
      // Two changes that are nearer to each other than their contexts are long share a hunk.
      if (quiet > 2 * context) {
        hunk.lines.splice(-(quiet - context));
        hunk = undefined;
      }
    }
    if (sign !== '+') oldAt++;
    if (sign !== '-') nowAt++;
  }
  if (hunk !== undefined && quiet > context) hunk.lines.splice(-(quiet - context));
  return [
    `--- a/${path}\n+++ b/${path}\n`,
    ...hunks.map(({ before: first, after: second, lines }) => {
      const count = (other: string): number =>
        lines.filter((line) => !line.startsWith(other)).length;
      const [oldCount, nowCount] = [count('+'), count('-')];
      const body = lines.map((line) =>
        line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`,
      );
      return `@@ -${start(first, oldCount)},${oldCount} +${start(second, nowCount)},${nowCount} @@\n${body.join('')}`;
    }),
  ].join('');
}

/** Of an empty side the line before is named. */
function start(at: number, count: number): number {
  return count === 0 ? at : at + 1;
}

/** Lines with their ends, so that a last one without is another line. */
function linesOf(text: string): readonly string[] {
  return text.split(/(?<=\n)/);
}

interface Step {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/** Texts that differ in so many lines are shown as replaced: nobody reads more. */
const maxCells = 4_000_000;

function compareLines(old: readonly string[], now: readonly string[]): readonly Step[] {
  let first = 0;
  while (first < old.length && first < now.length && old[first] === now[first]) first++;
  let last = 0;
  while (
    last < old.length - first &&
    last < now.length - first &&
    old[old.length - 1 - last] === now[now.length - 1 - last]
  )
    last++;
  const step =
    (sign: Step['sign']) =>
    (line: string): Step => ({ sign, line });
  const [from, to] = [old.slice(first, old.length - last), now.slice(first, now.length - last)];
  return [
    ...old.slice(0, first).map(step(' ')),
    ...(from.length * to.length > maxCells
      ? [...from.map(step('-')), ...to.map(step('+'))]
      : between(from, to)),
    ...old.slice(old.length - last).map(step(' ')),
  ];
}

/** By the longest common subsequence; removed lines stand before added ones. */
function between(old: readonly string[], now: readonly string[]): readonly Step[] {
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      common[i * width + j] =
        old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [before = '', after = ''] = [old[i], now[j]];
    if (i < old.length && j < now.length && before === after) {
      steps.push({ sign: ' ', line: before });
      i++;
      j++;
    } else if (i < old.length && (j >= now.length || at(i + 1, j) >= at(i, j + 1))) {
      steps.push({ sign: '-', line: before });
      i++;
    } else {
      steps.push({ sign: '+', line: after });
      j++;
    }
  }
  return steps;
}
