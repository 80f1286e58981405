import { styleText } from 'node:util';
import { inThreadCompute } from '../archive/compute-in-thread.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import { DrillError } from '../operations/drill-error.ts';
import { runDrill } from '../operations/run-drill.ts';
import type { DrillReport } from '../report/drill-report.ts';
import { renderJson } from '../report/render-json.ts';
import { renderYaml } from '../report/render-yaml.ts';
import type { Run } from '../support/run.ts';
import { renderDrill } from './render-drill.ts';
import { type VerifyLocationsRequest, verifyLocations } from './verify-locations.ts';
import { judgingPorts } from './wire.ts';
import { strangerSigner } from './wire-signer.ts';

export interface DrillFlags extends VerifyLocationsRequest {
  readonly format: string;
  readonly columns: number;
}

/** A drill that was run, and what is to be printed. */
export interface DrillDone {
  readonly report: DrillReport;
  readonly text: string;
}

/**
 * Plays through what somebody could do to what was named, judging each as `verify` does with the same flags.
 * @throws DrillError; what verify throws
 */
export async function drillFromFlags(
  { format, columns, ...request }: DrillFlags,
  run: Run,
): Promise<DrillDone> {
  const [location, ...more] = request.locations;
  if (location === undefined || more.length > 0)
    throw notPossible('it is about one archive or one folder', 'Name one');
  if (format !== 'text' && format !== 'json' && format !== 'yaml')
    throw notPossible(`it has no form as ${format}`, 'Use --output text, json or yaml');
  // Few passes read much, and threads keep the memory they read with.
  const ports = await judgingPorts(inThreadCompute());
  const limits = request.judging?.limits ?? defaultReadLimits;
  // Judged dozens of times: only the drill itself tells how far it is.
  const silent = { signal: run.signal };
  await using signer = await strangerSigner();
  const report = await runDrill(
    { location: location.replace(/(?<=.)\/+$/, ''), programVersion: request.programVersion },
    {
      source: ports.source,
      limits,
      stranger: { signer, judge: ports.signatures },
      judge: async (place, source) => {
        const { result } = await verifyLocations(
          { ...request, locations: [place], wholeDigest: true, ports: { ...ports, source } },
          silent,
        );
        if ('reports' in result)
          throw notPossible('it lies in parts', 'cowa-release join puts it together');
        return result;
      },
    },
    run,
  );
  const text =
    format === 'text'
      ? renderDrill(report, {
          columns,
          all: false,
          paint: (word, color) => styleText(color, word, { stream: process.stdout }),
        })
      : format === 'yaml'
        ? renderYaml(report)
        : renderJson(report);
  return { report, text };
}

function notPossible(why: string, next: string): DrillError {
  return new DrillError('DRILL_NOT_POSSIBLE', `a drill cannot be run: ${why}`, {
    suggestions: [next],
  });
}
