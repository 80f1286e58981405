import type { RunOutput, RunStep } from '../report/run-record.ts';
import type { FinishedFlavor } from './finish-flavor.ts';
import type { StepResult } from './run-graph.ts';

/** A step as records tell it. */
export function recordedStep(result: StepResult): RunStep {
  const { id, outcome, startedMs, durationMs, bytes, counts, usage, because, error } = result;
  return {
    id,
    outcome,
    startedMs: Math.round(startedMs),
    durationMs: Math.round(durationMs),
    bytes,
    ...(Object.keys(counts).length === 0 ? {} : { counts }),
    ...(usage === undefined
      ? {}
      : {
          cpuMs: Math.round(usage.cpuMs),
          ...(usage.childCpuMs === undefined ? {} : { childCpuMs: Math.round(usage.childCpuMs) }),
          peakMemoryBytes: usage.peakMemoryBytes,
        }),
    ...(because === undefined ? {} : { because }),
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
  };
}

/** The archives of finished flavors, as records tell them. */
export function recordedArchives(flavors: readonly FinishedFlavor[]): readonly RunOutput[] {
  return flavors.flatMap(({ flavor, archives }) =>
    archives.map(({ fileName, digest, size, reused, report }) => ({
      flavor,
      name: fileName,
      digest,
      size,
      reused,
      verdict: report.verdict.outcome,
    })),
  );
}
