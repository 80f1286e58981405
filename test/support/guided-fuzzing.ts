import { BlockCoverage } from './block-coverage.ts';
import { cpuMs } from './cpu-time.ts';
import { fuzzed } from './fuzz-inputs.ts';
import { type FuzzTarget, readOrRefuse } from './fuzz-targets.ts';
import type { Seeded } from './seeded.ts';

/** What a search with an eye on coverage did. */
export interface Guided {
  readonly tried: number;
  /** Inputs that reached what no earlier one did, those of the seeds first. */
  readonly kept: readonly Buffer[];
  /** Blocks of our source, by how often they ran. */
  readonly covered: number;
  /** The slowest input, milliseconds of computing. */
  readonly slowestMs: number;
}

/** Of an input that is changed further. */
const maxKeptBytes = 16 * 1024;

/**
 * Looks for inputs that reach new places of a reader: what did is changed further. Nothing is learnt of
 * the libraries beneath.
 * @throws Error naming an input, in base64, that the reader neither reads nor refuses
 */
export async function guidedSearch(
  target: FuzzTarget,
  numbers: Seeded,
  budgetMs: number,
): Promise<Guided> {
  await using coverage = await BlockCoverage.open();
  const kept: Buffer[] = [];
  let tried = 0;
  let slowestMs = 0;
  const read = async (bytes: Buffer): Promise<void> => {
    tried++;
    const started = cpuMs();
    try {
      await readOrRefuse(target, bytes);
    } catch (error) {
      throw new Error(`${target.name} fails on ${bytes.toString('base64')}`, { cause: error });
    }
    slowestMs = Math.max(slowestMs, cpuMs() - started);
  };
  for (const seed of target.seeds) {
    await read(seed);
    if (await coverage.isNew()) kept.push(seed);
  }
  const until = performance.now() + budgetMs;
  while (performance.now() < until) {
    // The last ones found are changed as often as all others together.
    const from = numbers.below(2) === 0 ? kept.slice(-16) : kept;
    const base = from.length === 0 ? target.seeds : [numbers.oneOf(from)];
    // Another one lends pieces.
    const bytes = fuzzed([...base, ...(numbers.below(8) === 0 ? target.seeds : [])], numbers);
    await read(bytes);
    // Large ones make everything after them slow.
    if ((await coverage.isNew()) && bytes.length <= maxKeptBytes) kept.push(bytes);
  }
  return { tried, kept, covered: coverage.size, slowestMs };
}
