import type { RunRecord } from './run-record.ts';

type Labels = Readonly<Record<string, string | undefined>>;

/**
 * A run in the text format of Prometheus, as its node exporter collects it from files.
 * @see Prometheus, exposition formats, text format 0.0.4
 */
export function renderMetrics(record: RunRecord): string {
  const { command, release, totals, steps, outputs } = record;
  const run: Labels = { command, release: release.name, flavors: release.flavors.join(',') };
  const { counts } = totals;
  const lines: string[] = [];
  const family = (
    name: string,
    help: string,
    samples: readonly (readonly [Labels, number | undefined])[],
  ): void => {
    const known = samples.filter(([, value]) => value !== undefined);
    if (known.length === 0) return;
    lines.push(`# HELP cowa_${name} ${help}`, `# TYPE cowa_${name} gauge`);
    for (const [labels, value] of known)
      lines.push(`cowa_${name}${labelText({ ...run, ...labels })} ${value}`);
  };
  const one = (value: number | undefined): readonly (readonly [Labels, number | undefined])[] => [
    [{}, value],
  ];
  const seconds = (ms: number | undefined): number | undefined =>
    ms === undefined ? undefined : ms / 1000;
  family('run_start_time_seconds', 'When the run began, seconds since 1970', [
    [{}, Date.parse(record.startedAt) / 1000],
  ]);
  family('run_duration_seconds', 'How long the run took', one(seconds(record.durationMs)));
  family(
    'run_success',
    '1 when every step was done; neither partial nor failed runs are',
    one(record.outcome === 'done' ? 1 : 0),
  );
  family('run_outcome', 'How the run ended', [[{ outcome: record.outcome }, 1]]);
  family(
    'run_steps',
    'Steps by how they ended',
    Object.entries(totals.steps).map(([outcome, count]) => [{ outcome }, count]),
  );
  family('run_moved_bytes', 'Bytes that steps read or wrote', one(totals.bytes));
  family('run_cache_hits', 'Contents found in the cache', one(counts.cacheHits));
  family('run_cache_misses', 'Contents not found in the cache', one(counts.cacheMisses));
  family('run_registry_requests', 'Requests to registries', one(counts.requests));
  family(
    'run_registry_failed_requests',
    'Requests to registries that failed',
    one(counts.failedRequests),
  );
  family('run_retries', 'Requests made once more', one(counts.retries));
  family('run_cpu_seconds', 'Processor time of this process', one(seconds(totals.cpuMs)));
  family(
    'run_child_cpu_seconds',
    'Processor time of programs it started',
    one(seconds(totals.childCpuMs)),
  );
  family('run_memory_peak_bytes', 'Most memory this process had', one(totals.peakMemoryBytes));
  family(
    'step_duration_seconds',
    'How long a step took',
    steps.map(({ id, outcome, durationMs }) => [{ step: id, outcome }, seconds(durationMs)]),
  );
  family(
    'step_moved_bytes',
    'Bytes a step read or wrote',
    steps.map(({ id, bytes }) => [{ step: id }, bytes]),
  );
  family(
    'output_size_bytes',
    'Size of an archive or image',
    outputs.map(({ flavor, name, size }) => [{ flavor, name }, size]),
  );
  return `${lines.join('\n')}\n`;
}

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${escaped(value)}"`],
  );
  return `{${parts.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
