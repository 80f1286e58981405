/** Bytes of one slot. */
const slotBytes = 2 ** 20;

/** A bounded stock of shared memory, into which callers' bytes are copied for other threads to read. */
export class SharedSlots {
  readonly #most: number;
  readonly #free: Uint8Array[] = [];
  #made = 0;
  #waiting: ((slot: Uint8Array) => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** A free slot, or undefined when all are in use. */
  tryTake(): Uint8Array | undefined {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made >= this.#most) return undefined;
    this.#made++;
    return new Uint8Array(new SharedArrayBuffer(slotBytes));
  }

  /** The next slot that is given back. */
  take(): Promise<Uint8Array> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  giveBack(slot: Uint8Array): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(slot);
    else next(slot);
  }
}
