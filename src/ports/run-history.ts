/** Records of runs, kept between them. A failure to keep one never fails the run. */
export interface RunHistory {
  /**
   * Keeps a record under its id, in place of what was kept under it.
   * @param running whether the run goes on: what is left of it says that it was killed, once its process is gone
   */
  keep(id: string, text: string, running: boolean): Promise<void>;
  /** Every record, the oldest first; `gone` where the run was going on and its process is not there any more. */
  list(): Promise<readonly KeptRun[]>;
}

export interface KeptRun {
  readonly id: string;
  readonly text: string;
  readonly gone: boolean;
}
