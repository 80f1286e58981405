/** What the whole process took while something ran; steps that ran side by side share it. */
export interface Usage {
  /** Milliseconds of processor time of this process and its threads. */
  readonly cpuMs: number;
  /** The same of programs it started and that have ended; undefined where the system does not tell. */
  readonly childCpuMs?: number;
  /** Most memory this process had meanwhile, bytes. */
  readonly peakMemoryBytes: number;
}

/** Measures this process. */
export interface UsageMeter {
  /** Begins to measure. @returns ends it, and gives what was measured */
  start(): () => Usage;
}
