import type { RunTrace } from '../ports/run-trace.ts';
import type { RunRecord } from './run-record.ts';

/** A recorded run as a trace. Steps that were skipped did nothing, and are left out. */
export function toRunTrace(record: RunRecord): RunTrace {
  const { id, command, program, release, machine, jobs, outcome, totals, durationMs } = record;
  const began = Date.parse(record.startedAt);
  const failed =
    record.error?.code ?? record.steps.find((step) => step.error !== undefined)?.error?.code;
  return {
    name: command,
    startMs: began,
    endMs: began + durationMs,
    resource: {
      'service.name': program.name,
      'service.version': program.version,
      'service.instance.id': id,
      'host.arch': machine.platform.split('/')[1],
      'os.type': machine.platform.split('/')[0],
      'process.runtime.name': 'nodejs',
      'process.runtime.version': machine.node,
    },
    attributes: {
      'cowa.run.id': id,
      'cowa.run.outcome': outcome,
      'cowa.release.name': release.name,
      'cowa.release.version': release.version,
      'cowa.release.flavors': release.flavors,
      'cowa.jobs': jobs,
      'cowa.bytes': totals.bytes,
      'cowa.cache.hits': totals.counts.cacheHits,
      'cowa.cache.misses': totals.counts.cacheMisses,
      'cowa.retries': totals.counts.retries,
      'cowa.cpu_ms': totals.cpuMs,
      'cowa.memory.peak_bytes': totals.peakMemoryBytes,
    },
    ...(outcome === 'failed' || outcome === 'partial' ? { error: failed ?? outcome } : {}),
    steps: record.steps
      .filter((step) => step.outcome !== 'skipped')
      .map((step) => ({
        name: step.id,
        startMs: began + step.startedMs,
        endMs: began + step.startedMs + step.durationMs,
        attributes: {
          'cowa.step.outcome': step.outcome,
          'cowa.bytes': step.bytes,
          'cowa.cache.hits': step.counts?.cacheHits,
          'cowa.cache.misses': step.counts?.cacheMisses,
          'cowa.retries': step.counts?.retries,
          'cowa.cpu_ms': step.cpuMs,
          'cowa.memory.peak_bytes': step.peakMemoryBytes,
        },
        ...(step.error === undefined ? {} : { error: step.error.code }),
      })),
  };
}
