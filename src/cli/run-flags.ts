import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { EnvironmentError, UsageError } from '../errors/families.ts';

/** A file for metrics that could not be written when the run ends. */
class MetricsError extends EnvironmentError<'METRICS_UNWRITABLE'> {} // the file for metrics cannot be written

/** An address that no trace can be sent to. */
class OtlpError extends UsageError<'OTLP_ENDPOINT'> {}

/** Flags of every command whose runs are recorded. */
export const runFlags = {
  metrics: Flags.string({
    summary:
      'File for the figures of this run in the text format of Prometheus (default: COWA_METRICS)',
    helpValue: '<file>',
  }),
  'otlp-endpoint': Flags.string({
    summary:
      'OpenTelemetry collector that is sent the trace of this run, OTLP over HTTP (default: COWA_OTLP_ENDPOINT, else none is sent)',
    helpValue: '<url>',
  }),
};

/** Where figures of a run go besides its record. */
export interface RunSinks {
  readonly metrics?: string;
  /** Where the collector takes traces. */
  readonly tracesUrl?: string;
}

/**
 * What flags and variables say; an empty variable counts as none.
 * @throws OtlpError OTLP_ENDPOINT
 */
export function runSinks(
  flags: {
    readonly metrics?: string | undefined;
    readonly 'otlp-endpoint'?: string | undefined;
  },
  env: Readonly<Record<string, string | undefined>>,
): RunSinks {
  const metrics = flags.metrics ?? (env['COWA_METRICS'] || undefined);
  const endpoint = flags['otlp-endpoint'] ?? (env['COWA_OTLP_ENDPOINT'] || undefined);
  return {
    ...(metrics === undefined ? {} : { metrics }),
    ...(endpoint === undefined ? {} : { tracesUrl: tracesUrl(endpoint) }),
  };
}

/** @see OpenTelemetry, OTLP exporter: a base address gets /v1/traces behind it */
function tracesUrl(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '')
    throw new OtlpError(
      'OTLP_ENDPOINT',
      'the address of the collector is no plain http or https address',
      {
        suggestions: [
          '--otlp-endpoint http://localhost:4318',
          'What the collector wants to see goes into OTEL_EXPORTER_OTLP_HEADERS, never into the address',
        ],
      },
    );
  if (url.pathname.endsWith('/v1/traces')) return url.href;
  return new URL(`${url.pathname.replace(/\/$/, '')}/v1/traces`, url).href;
}

/**
 * Refuses before an hour of work what would be refused after it.
 * @throws MetricsError METRICS_UNWRITABLE
 */
export async function requireSinks({ metrics }: RunSinks): Promise<void> {
  if (metrics === undefined) return;
  const path = resolve(metrics);
  const folder = await access(dirname(path), constants.W_OK).catch((error: unknown) => ({ error }));
  const found = await stat(path).catch(() => undefined);
  if (folder === undefined && (found === undefined || found.isFile())) return;
  throw new MetricsError(
    'METRICS_UNWRITABLE',
    found !== undefined && !found.isFile()
      ? `${path} is no file that metrics could be written to`
      : `the folder of ${path} is not there, or cannot be written to`,
    { suggestions: [`mkdir -p ${dirname(path)}`, 'Or name another file: --metrics <file>'] },
  );
}
