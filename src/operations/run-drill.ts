import { isArchiveName } from '../archive/archive-name.ts';
import type { DrillReport, DrillResult } from '../report/drill-report.ts';
import type { Run } from '../support/run.ts';
import { DrillError } from './drill-error.ts';
import { Drill, type DrillPorts } from './drill-player.ts';
import type { NotPlayed } from './drill-tampering.ts';

export interface DrillRequest {
  /** An archive in one piece, or a folder. */
  readonly location: string;
  readonly programVersion: string;
}

/**
 * Plays through what somebody could do to an archive or a release, each in passing while it is judged, and says what
 * refused it. Nothing is written, and what is named is only read; memory does not grow with it. Of large archives,
 * contents that a way leaves alone are what they were seen to be at first, and at the end all is read once more.
 * @throws DrillError; what judging it as it is throws
 */
export async function runDrill(
  { location, programVersion }: DrillRequest,
  ports: DrillPorts,
  run: Run,
): Promise<DrillReport> {
  if (location === '-') throw notPossible('standard input can be read once only');
  const drill = new Drill(ports, run);
  const names = await ports.source.list(location, run);
  const untouched = await drill.judge(location, undefined);
  const results: DrillResult[] = [];
  const notPlayed: NotPlayed[] = [];
  const note = (more: readonly NotPlayed[]): void => {
    for (const each of more) if (!notPlayed.some(({ id }) => id === each.id)) notPlayed.push(each);
  };
  if (names === undefined) {
    const done = await drill.archive(location, untouched);
    results.push(...done.results);
    note(done.notPlayed);
  } else {
    const folder = `${location.replace(/\/+$/, '')}/`;
    const archives = names.filter(isArchiveName);
    for (const name of archives) {
      const alone = await drill.judge(`${folder}${name}`, undefined);
      const done = await drill.archive(`${folder}${name}`, alone);
      results.push(...done.results);
      note(done.notPlayed);
    }
    const done = await drill.folder(location, folder, { names, archives }, untouched);
    results.push(...done.results);
    note(done.notPlayed);
  }
  drill.forget();
  const again = await drill.judge(location, undefined);
  const unchanged = JSON.stringify(again) === JSON.stringify(untouched);
  const good =
    unchanged &&
    untouched.verdict.outcome !== 'fail' &&
    results.every(({ refused, told }) => refused || told !== undefined);
  const played = new Set(results.map(({ id }) => id));
  return {
    schema: 'cowa-release/verify-drill/v1',
    program: { name: 'cowa-release', version: programVersion },
    location,
    outcome: good ? 'all-refused' : 'not-all-refused',
    exitCode: good ? 0 : 1,
    untouched: { outcome: untouched.verdict.outcome, headline: untouched.verdict.headline },
    unchanged,
    tamperings: results,
    notPlayed: notPlayed.filter(({ id }) => !played.has(id)),
    passes: drill.passes,
    bytesRead: drill.bytesRead,
    ...(drill.standIns.contents === 0 ? {} : { standIns: drill.standIns }),
  };
}

function notPossible(why: string): DrillError {
  return new DrillError('DRILL_NOT_POSSIBLE', `a drill reads again and again: ${why}`, {
    suggestions: ['Name one archive in one piece, or one folder'],
  });
}
