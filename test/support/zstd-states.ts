/** @see RFC 8878, 3.1.1.3.2.2: default distributions; -1 is "less than one" */
const distributions = {
  literals: {
    accuracy: 6,
    counts: [
      4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1,
      1, -1, -1, -1, -1,
    ],
  },
  matches: {
    accuracy: 6,
    counts: [
      1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
    ],
  },
  offsets: {
    accuracy: 5,
    counts: [
      1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1,
    ],
  },
} as const;

interface State {
  readonly symbol: number;
  readonly width: number;
  readonly base: number;
}

/** @see RFC 8878, 4.1.1: from counts to decoding table */
function decodingTable(accuracy: number, counts: readonly number[]): readonly State[] {
  const size = 2 ** accuracy;
  const symbols = new Array<number>(size).fill(-1);
  let high = size;
  for (const [symbol, count] of counts.entries()) if (count === -1) symbols[--high] = symbol;
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (const [symbol, count] of counts.entries()) {
    for (let left = count; left > 0; left--) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  }
  const next = counts.map((count) => (count === -1 ? 1 : count));
  return symbols.map((symbol) => {
    const number = next[symbol] ?? 1;
    next[symbol] = number + 1;
    const width = accuracy - Math.floor(Math.log2(number));
    return { symbol, width, base: number * 2 ** width - size };
  });
}

/** How one symbol, again and again, is told by a predefined table: the first state, and the bits between. */
export function fseCoder(
  kind: keyof typeof distributions,
  symbol: number,
  count: number,
): {
  readonly first: number;
  readonly accuracy: number;
  readonly steps: readonly { readonly value: number; readonly width: number }[];
} {
  const { accuracy, counts } = distributions[kind];
  const table = decodingTable(accuracy, counts);
  let state = table.findIndex((each) => each.symbol === symbol);
  const steps: { value: number; width: number }[] = [];
  for (let index = count - 2; index >= 0; index--) {
    const target = state;
    state = table.findIndex(
      (each) =>
        each.symbol === symbol && target >= each.base && target < each.base + 2 ** each.width,
    );
    const { base = 0, width = 0 } = table[state] ?? {};
    steps[index] = { value: target - base, width };
  }
  return { first: state, accuracy, steps };
}
