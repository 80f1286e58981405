const stopAt = 0;
const bytesAt = 1;

/** Thrown by jobs that were told to stop. */
export class Stopped extends Error {}

/** Memory by which the jobs of one survey are told to stop, and say how much they read. */
export class SharedWatch {
  readonly memory: SharedArrayBuffer;
  readonly #stop: Int32Array;
  readonly #bytes: BigInt64Array;

  constructor(memory = new SharedArrayBuffer(16)) {
    this.memory = memory;
    this.#stop = new Int32Array(memory);
    this.#bytes = new BigInt64Array(memory);
  }

  stop(): void {
    Atomics.store(this.#stop, stopAt, 1);
  }

  get stopped(): boolean {
    return Atomics.load(this.#stop, stopAt) === 1;
  }

  /** @throws Stopped */
  throwIfStopped(): void {
    if (this.stopped) throw new Stopped('the survey was stopped');
  }

  read(bytes: number): void {
    Atomics.add(this.#bytes, bytesAt, BigInt(bytes));
  }

  /** Bytes read since the last call. */
  take(): number {
    return Number(Atomics.exchange(this.#bytes, bytesAt, 0n));
  }
}
