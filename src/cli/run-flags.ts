import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { EnvironmentError } from '../errors/families.ts';

/** A file for metrics that could not be written when the run ends. */
class MetricsError extends EnvironmentError<'METRICS_UNWRITABLE'> {}

/** Flags of every command whose runs are recorded. */
export const runFlags = {
  metrics: Flags.string({
    summary:
      'File for the figures of this run in the text format of Prometheus (default: COWA_METRICS)',
    helpValue: '<file>',
  }),
};

/** Where figures of a run go besides its record. */
export interface RunSinks {
  readonly metrics?: string;
}

/** What flags and variables say; an empty variable counts as none. */
export function runSinks(
  flags: { readonly metrics?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): RunSinks {
  const metrics = flags.metrics ?? (env['COWA_METRICS'] || undefined);
  return { ...(metrics === undefined ? {} : { metrics }) };
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
