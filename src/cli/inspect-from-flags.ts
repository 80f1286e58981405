import type { Compute } from '../archive/compute.ts';
import { inProcessCompute } from '../archive/compute-in-process.ts';
import { inspectArchive } from '../operations/inspect-archive.ts';
import { oneArchive } from '../operations/one-archive.ts';
import type { InspectReport } from '../report/inspect-report.ts';
import { type Run, runWithin } from '../support/run.ts';
import { administratorFolder, trustSettings } from './trust-settings.ts';
import { judgingPorts, openCompute } from './wire.ts';

/** What `inspect` was asked for. */
export interface InspectFromFlags {
  /** One archive, or parts of one. */
  readonly locations: readonly string[];
  readonly key?: string;
  readonly requirements: boolean;
  readonly programVersion: string;
}

/** Builds what `inspect` works with, and runs it. Worker threads start only for an archive that has to be read whole. */
export async function inspectFromFlags(
  { key: path, locations, ...request }: InspectFromFlags,
  run: Run,
): Promise<InspectReport> {
  const { key } = await trustSettings({
    administratorFolder,
    ...(path === undefined ? {} : { key: path }),
  });
  const opened: Compute[] = [];
  const openOnce = async (): Promise<Compute> => {
    const [before] = opened;
    if (before !== undefined) return before;
    const compute = await openCompute();
    opened.push(compute);
    return compute;
  };
  const compute = inProcessCompute();
  const ports = { ...(await judgingPorts(compute)), openCompute: openOnce };
  const archive = await oneArchive(locations, ports.source, run);
  const step = `inspect ${archive.location}`;
  run.onProgress?.({ kind: 'step-started', step, title: archive.location });
  try {
    const report = await inspectArchive(
      { ...request, ...archive, ...(key === undefined ? {} : { key }) },
      ports,
      runWithin(run, step),
    );
    run.onProgress?.({ kind: 'step-finished', step, outcome: 'done' });
    return report;
  } catch (error) {
    run.onProgress?.({ kind: 'step-finished', step, outcome: 'failed' });
    throw error;
  } finally {
    for (const each of opened) await each[Symbol.asyncDispose]();
  }
}
