import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { ReleasePlan } from '../operations/plan-release.ts';
import type { RunHistory } from '../ports/run-history.ts';
import type { RunTrace } from '../ports/run-trace.ts';
import type { UsageMeter } from '../ports/usage-meter.ts';
import type { RunContext } from '../report/run-record.ts';

/** What was kept of earlier runs with this cache. */
export async function historyIn(cacheDir: string): Promise<RunHistory> {
  const { FsRunHistory } = await import('../adapters/fs/run-history.ts');
  return new FsRunHistory(join(cacheDir, 'history'));
}

/** Measures this process. */
export async function openMeter(): Promise<UsageMeter> {
  const { processMeter } = await import('../adapters/machine/process-meter.ts');
  return processMeter();
}

/** Sends a trace; the library is loaded by whoever asked for one. */
export async function sendRunTrace(trace: RunTrace, url: string): Promise<void> {
  const { sendTrace } = await import('../adapters/otlp/send-trace.ts');
  await sendTrace(trace, url);
}

/** This run, on this machine, beginning now. */
export function contextOf(
  run: Pick<RunContext, 'command' | 'release' | 'jobs'> & { readonly programVersion: string },
): RunContext {
  const { command, release, jobs, programVersion } = run;
  const now = new Date();
  const startedAt = now.toISOString().replace(/\.\d+Z$/, 'Z');
  // The milliseconds first: two runs of one second are still in their order.
  const within = now.getUTCMilliseconds().toString(16).padStart(3, '0');
  return {
    id: `${startedAt.replaceAll(/[-:]/g, '')}-${within}${randomBytes(2).toString('hex').slice(0, 3)}`,
    command,
    program: { name: 'cowa-release', version: programVersion },
    startedAt,
    release,
    jobs,
    machine: {
      platform: `${process.platform}/${process.arch}`,
      processors: availableParallelism(),
      memoryBytes: totalmem(),
      node: process.versions.node,
    },
  };
}

/** The release of a plan, as records name it. */
export function releaseOf({ release, flavors }: ReleasePlan): RunContext['release'] {
  const { name, version, architecture } = release;
  return { name, version, architecture, flavors: flavors.map(({ flavor }) => flavor).sort() };
}

/** Writes a small file that others may read at any moment: whole, or as it was. */
export async function writeAtOnce(path: string, text: string): Promise<void> {
  const part = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.partial`;
  try {
    await writeFile(part, text, { flag: 'wx' });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
