import { Session } from 'node:inspector/promises';

/** Which blocks of our source ran, and about how often: what the engine counts anyhow. */
export class BlockCoverage implements AsyncDisposable {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  private constructor() {
    this.#session.connect();
  }

  /** Begins to count in this thread. */
  static async open(): Promise<BlockCoverage> {
    const coverage = new BlockCoverage();
    await coverage.#session.post('Profiler.enable');
    await coverage.#session.post('Profiler.startPreciseCoverage', {
      callCount: true,
      detailed: true,
    });
    return coverage;
  }

  /** How many blocks, told apart by how often they ran, were seen so far. */
  get size(): number {
    return this.#seen.size;
  }

  /** Takes what ran since the last time; true when something of it was never seen before. */
  async isNew(): Promise<boolean> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    const before = this.#seen.size;
    for (const { url, scriptId, functions } of result) {
      if (!url.includes('/src/') || url.includes('/node_modules/')) continue;
      // Once, twice, some, many: a loop that runs on is news a few times only.
      for (const { ranges } of functions)
        for (const { startOffset, endOffset, count } of ranges)
          if (count > 0)
            this.#seen.add(
              `${scriptId} ${startOffset} ${endOffset} ${Math.min(12, Math.floor(Math.log2(count)))}`,
            );
    }
    return this.#seen.size > before;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }
}
