import { UsageError } from '../errors/families.ts';
import { compareRuns, type RunComparison } from '../report/compare-runs.ts';
import { parseRunRecord, type RunRecord } from '../report/run-record.ts';
import { type RunStatistics, toRunStatistics } from '../report/run-statistics.ts';
import { readReleaseConfig } from './release-config.ts';
import { historyIn } from './wire-run.ts';

/** A run that was asked for by a name that is none, or by that of several. */
class HistoryError extends UsageError<'HISTORY_RUN_UNKNOWN'> {} // no record of such a run, or of several

/** What `history` was asked. */
export interface HistoryRequest {
  readonly definition: string | undefined;
  readonly cacheDir: string | undefined;
  /** None, one to be shown whole, or two to be compared. */
  readonly runs: readonly string[];
  /** Only the latest so many. */
  readonly last: number;
  /** Only of this command. */
  readonly command: string | undefined;
  readonly release: string | undefined;
}

/** What `history --output json` prints. */
export interface HistoryList {
  readonly schema: 'cowa-release/history/v1';
  /** Where the records are. */
  readonly cache: string;
  /** The latest last; without their steps. */
  readonly runs: readonly Omit<RunRecord, 'steps' | 'outputs'>[];
  /** Of the runs listed. */
  readonly statistics: RunStatistics;
}

/** What `history <run> --output json` prints. */
export interface HistoryRun {
  readonly schema: 'cowa-release/history-run/v1';
  readonly run: RunRecord;
}

/** What `history <run> <other> --output json` prints. */
export interface HistoryComparison {
  readonly schema: 'cowa-release/history-comparison/v1';
  readonly comparison: RunComparison;
}

export type HistoryResult = HistoryList | HistoryRun | HistoryComparison;

/**
 * Reads what was kept of earlier runs.
 * @throws HistoryError HISTORY_RUN_UNKNOWN
 */
export async function readHistory(
  request: HistoryRequest,
  env: Readonly<Record<string, string | undefined>>,
): Promise<HistoryResult> {
  const { definition, cacheDir } = request;
  const config = await readReleaseConfig({ definition, cacheDir }, env);
  const cache = config.cacheDir.value;
  const all = (await recordsIn(cache)).filter(
    ({ command, release }) =>
      (request.command === undefined || command === request.command) &&
      (request.release === undefined || release.name === request.release),
  );
  const [first, second] = request.runs.map((name) => named(name, all, cache));
  if (first !== undefined && second !== undefined)
    return {
      schema: 'cowa-release/history-comparison/v1',
      comparison: compareRuns(first, second),
    };
  if (first !== undefined) return { schema: 'cowa-release/history-run/v1', run: first };
  const latest = all.slice(-request.last);
  return {
    schema: 'cowa-release/history/v1',
    cache,
    runs: latest.map(({ steps: _steps, outputs: _outputs, ...rest }) => rest),
    statistics: toRunStatistics(latest),
  };
}

/** Every record kept with a cache, the oldest first. What is no record of ours is left out. */
export async function recordsIn(cacheDir: string): Promise<readonly RunRecord[]> {
  const history = await historyIn(cacheDir);
  return (await history.list()).flatMap(({ text, gone }) => {
    const record = parseRunRecord(text);
    if (record === undefined) return [];
    return [gone ? { ...record, outcome: 'killed' as const } : record];
  });
}

function named(name: string, all: readonly RunRecord[], cache: string): RunRecord {
  const found =
    name === 'latest'
      ? all.slice(-1)
      : name === 'previous'
        ? all.slice(-2, -1)
        : all.filter(({ id }) => id.startsWith(name));
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  throw new HistoryError(
    'HISTORY_RUN_UNKNOWN',
    only === undefined
      ? `there is no record of a run '${name}' in ${cache}`
      : `'${name}' begins the names of ${found.length} runs`,
    {
      suggestions: [
        'cowa-release history lists them; latest and previous name the last two',
        'Records lie beside the cache: name it with --cache-dir, or the definition that does with -f',
      ],
    },
  );
}
