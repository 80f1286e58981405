import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { RunTrace, TraceAttributes } from '../../ports/run-trace.ts';

/** Nobody waits longer than this for a collector when the work is done. */
const sendMs = 3_000;

/**
 * Sends the trace of a run that has ended to an OpenTelemetry collector. Whoever does not answer is not waited for, and
 * nothing is said of it: traces are for those who collect them.
 * @param url of the collector's traces, as OTLP over HTTP has it
 * @see OpenTelemetry, OTLP specification 1.x, OTLP/HTTP
 */
export async function sendTrace(run: RunTrace, url: string): Promise<void> {
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: sendMs });
  const processor = new BatchSpanProcessor({
    exporter,
    exportTimeoutMillis: sendMs,
    maxQueueSize: Math.max(2048, run.steps.length + 1),
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes(set(run.resource)),
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer('cowa-release');
  const root = tracer.startSpan(run.name, {
    startTime: new Date(run.startMs),
    attributes: set(run.attributes),
  });
  const within = trace.setSpan(context.active(), root);
  for (const { name, startMs, endMs, attributes, error } of run.steps) {
    const options = { startTime: new Date(startMs), attributes: set(attributes) };
    const span = tracer.startSpan(name, options, within);
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
    span.end(new Date(endMs));
  }
  if (run.error !== undefined) root.setStatus({ code: SpanStatusCode.ERROR, message: run.error });
  root.end(new Date(run.endMs));
  try {
    await provider.forceFlush({ timeoutMillis: sendMs });
  } catch {
    // As said above.
  }
  // It would flush once more, and wait as long again for a collector that is not there.
  void provider.shutdown().catch(() => undefined);
}

function set(attributes: TraceAttributes): Record<string, string | number | string[]> {
  const known = Object.entries(attributes).flatMap(
    ([name, value]): readonly (readonly [string, string | number | string[]])[] => {
      if (value === undefined) return [];
      return [[name, typeof value === 'object' ? [...value] : value]];
    },
  );
  return Object.fromEntries(known);
}
