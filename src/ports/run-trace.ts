export type TraceAttributes = Readonly<
  Record<string, string | number | readonly string[] | undefined>
>;

/** A run as a trace: one span for it, one below for each step. Times are milliseconds since 1970. */
export interface RunTrace {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Who and where: the same for all spans. */
  readonly resource: TraceAttributes;
  readonly attributes: TraceAttributes;
  /** Code of what failed. */
  readonly error?: string;
  readonly steps: readonly TracedStep[];
}

export interface TracedStep {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: TraceAttributes;
  readonly error?: string;
}
