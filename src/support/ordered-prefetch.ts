/**
 * Pulls from the source ahead of the consumer, at most `ahead` items, and hands them over in their
 * order. When the consumer stops, the source is closed. An error of the source arrives in its place.
 */
export async function* orderedPrefetch<Item>(
  source: AsyncIterable<Item>,
  ahead: number,
): AsyncGenerator<Item> {
  const iterator = source[Symbol.asyncIterator]();
  const waiting: Promise<IteratorResult<Item>>[] = [];
  try {
    for (;;) {
      while (waiting.length < Math.max(1, ahead)) {
        const next = iterator.next();
        next.catch(() => undefined); // it is awaited in its turn, which may be much later
        waiting.push(next);
      }
      const result = await waiting.shift();
      if (result === undefined || result.done === true) return;
      yield result.value;
    }
  } finally {
    await Promise.allSettled(waiting);
    await iterator.return?.();
  }
}
