import type { HashSession } from '../../archive/compute.ts';
import type { ComputeThread } from './compute-thread.ts';
import type { SharedSlots } from './shared-slots.ts';

/** Bytes gathered before a thread is told: telling costs more than hashing a small piece. */
const batchBytes = 4 * 2 ** 20;
/** Bytes one thread may have before it; whoever gives more waits. */
const mostOutstanding = 6 * 2 ** 20;

/** What the sessions of one pool share. */
export interface SessionPool {
  readonly slots: SharedSlots;
  /** Sessions that hold a slot which is not full. */
  readonly partial: Set<WorkerHashSession>;
}

/** A SHA-256 on one thread. Shared memory is read where it lies, other bytes are copied before. */
export class WorkerHashSession implements HashSession {
  readonly #pick: () => ComputeThread;
  #picked: ComputeThread | undefined;
  readonly #pool: SessionPool;
  readonly #session: number;
  #batch: Uint8Array[] = [];
  #batched = 0;
  #slot: Uint8Array | undefined;
  #filled = 0;
  /** Updates that wait for room; later ones queue behind. */
  #queue: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #failure: unknown;

  /** @param pick the thread, asked for when there is something to hash: a session that waits is no load */
  constructor(pick: () => ComputeThread, pool: SessionPool, session: number) {
    this.#pick = pick;
    this.#pool = pool;
    this.#session = session;
  }

  get #thread(): ComputeThread {
    if (this.#picked === undefined) {
      this.#picked = this.#pick();
      this.#picked.sessions++;
    }
    return this.#picked;
  }

  update(bytes: Uint8Array): Promise<void> | void {
    if (this.#queue !== undefined) return this.#queued(() => this.#give(bytes));
    if (bytes.buffer instanceof SharedArrayBuffer) {
      this.#share(bytes);
      if (this.#thread.outstanding <= mostOutstanding) return;
      return this.#queued(() => this.#room());
    }
    const rest = this.#copy(bytes);
    if (rest.length === 0) return;
    return this.#queued(() => this.#give(rest));
  }

  async settled(): Promise<void> {
    await this.#queue;
    this.#post();
    await this.#last;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async digest(): Promise<string> {
    await this.#queue;
    this.#post();
    this.#thread.sessions--;
    const hex = await this.#thread.ask({ kind: 'digest', session: this.#session }, 0);
    if (this.#failure !== undefined) throw this.#failure;
    return String(hex);
  }

  /** Hands over a slot that is not full, so that it comes back. */
  flush(): void {
    this.#post();
  }

  #queued(step: () => Promise<void>): Promise<void> {
    const mine = (this.#queue ?? Promise.resolve()).then(step).finally(() => {
      if (this.#queue === mine) this.#queue = undefined;
    });
    mine.catch(() => undefined); // settled() and digest() report it, whether or not update was awaited
    this.#queue = mine;
    return mine;
  }

  async #give(bytes: Uint8Array): Promise<void> {
    await this.#room();
    if (bytes.buffer instanceof SharedArrayBuffer) return this.#share(bytes);
    for (let rest = bytes; rest.length > 0; ) {
      rest = this.#copy(rest);
      if (rest.length === 0) return;
      for (const session of this.#pool.partial) session.flush();
      this.#slot = await this.#pool.slots.take();
      this.#pool.partial.add(this);
    }
  }

  async #room(): Promise<void> {
    while (this.#thread.outstanding > mostOutstanding) await this.#thread.progress();
  }

  #share(bytes: Uint8Array): void {
    if (this.#filled > 0) this.#seal();
    this.#batch.push(bytes);
    this.#batched += bytes.length;
    if (this.#batched >= batchBytes) this.#post();
  }

  /** Copies into free slots; what found no room is returned. */
  #copy(bytes: Uint8Array): Uint8Array {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#slot === undefined) {
        if (this.#thread.outstanding > mostOutstanding) return rest;
        this.#slot = this.#pool.slots.tryTake();
        if (this.#slot === undefined) return rest;
        this.#pool.partial.add(this);
      }
      const part = rest.subarray(0, this.#slot.length - this.#filled);
      this.#slot.set(part, this.#filled);
      this.#filled += part.length;
      rest = rest.subarray(part.length);
      if (this.#filled === this.#slot.length) this.#post();
    }
    return rest;
  }

  /** Moves what was copied so far into the batch, before shared bytes that follow it. */
  #seal(): void {
    this.#post();
  }

  #post(): void {
    const slot = this.#slot;
    this.#slot = undefined;
    this.#pool.partial.delete(this);
    if (slot !== undefined && this.#filled > 0) {
      this.#batch.push(slot.subarray(0, this.#filled));
      this.#batched += this.#filled;
    }
    this.#filled = 0;
    const pieces = this.#batch;
    const bytes = this.#batched;
    this.#batch = [];
    this.#batched = 0;
    if (pieces.length === 0) {
      if (slot !== undefined) this.#pool.slots.giveBack(slot);
      return;
    }
    this.#last = this.#thread
      .ask({ kind: 'hash', session: this.#session, pieces }, bytes)
      .then(
        () => undefined,
        (error: unknown) => {
          this.#failure ??= error;
        },
      )
      .finally(() => {
        if (slot !== undefined) this.#pool.slots.giveBack(slot);
      });
  }
}
