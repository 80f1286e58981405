/** Small facts kept between runs, by key. A cache: it may forget, and what it says is checked before it is used. */
export interface RecordStore {
  /** undefined when there is none or it cannot be read. */
  find(key: string): Promise<string | undefined>;
  /** Keeps a value; a failure to keep it does not fail the run. */
  keep(key: string, value: string): Promise<void>;
}
