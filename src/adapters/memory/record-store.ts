import type { RecordStore } from '../../ports/record-store.ts';

/** Small facts for the length of a process. */
export class MemoryRecordStore implements RecordStore {
  readonly #records = new Map<string, string>();

  find(key: string): Promise<string | undefined> {
    return Promise.resolve(this.#records.get(key));
  }

  keep(key: string, value: string): Promise<void> {
    this.#records.set(key, value);
    return Promise.resolve();
  }
}
