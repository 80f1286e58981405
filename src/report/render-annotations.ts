import type { Finding } from '../checks/check.ts';
import { printable } from '../support/printable.ts';
import { needsFix, type ReportPart, type ReportView, roleOf, seenText } from './report-view.ts';

/** GitHub shows this many of a level for one step, and drops the rest without a word. */
const maxOfLevel = 10;

type Level = 'error' | 'warning' | 'notice';

interface Annotation {
  readonly level: Level;
  readonly title: string;
  readonly message: string;
  /** Of definitions: where, relative to the repository. */
  readonly place?: { readonly file: string; readonly line?: number; readonly column?: number };
}

/**
 * What failed as workflow commands of GitHub Actions, one a line: the failures that count as errors,
 * what could not be looked at and warnings as warnings. Where there are more than are shown, the
 * last one says how many.
 * @see GitHub Actions, workflow commands
 */
export function renderAnnotations(view: ReportView): string {
  const all = view.parts.flatMap((part) => annotationsOf(part, view.command));
  const levels: readonly Level[] = ['error', 'warning', 'notice'];
  const lines = levels.flatMap((level) =>
    shortened(
      all.filter((each) => each.level === level),
      view.command,
    ),
  );
  return lines.map(commandOf).join('');
}

function annotationsOf(part: ReportPart, command: ReportView['command']): readonly Annotation[] {
  const { name, headline, outcome, error, findings } = part;
  const first: readonly Annotation[] =
    outcome === 'pass'
      ? []
      : [
          {
            level: outcome === 'fail' ? 'error' : 'warning',
            title: error === undefined ? `cowa-release ${command}` : error.code,
            message: error === undefined ? headline : `${name} ${headline}`,
          },
        ];
  return [...first, ...findings.flatMap((finding) => annotationOf(finding, part))];
}

function annotationOf(
  finding: Finding,
  { name, verdict, fileOf }: ReportPart,
): readonly Annotation[] {
  const role = roleOf(finding, verdict?.failOn ?? ['error']);
  if (role === 'pass' || role === 'not-applicable') return [];
  const { id, subject, code, waiver, help } = finding;
  const level =
    role === 'blocking'
      ? 'error'
      : role === 'warning' || role === 'undecided'
        ? 'warning'
        : 'notice';
  const until = waiver === undefined ? '' : ` (waived until ${waiver.expires} by ${waiver.owner})`;
  const fix = needsFix(finding) ? `. Fix: ${help.fix}` : '';
  return [
    {
      level,
      title: code === undefined ? id : `${id} ${code}`,
      message: `${fileOf === undefined ? `${name}: ${subject.name}` : (subject.object ?? subject.name)}: ${seenText(finding)}${until}${fix}`,
      ...(fileOf === undefined ? {} : { place: { ...placeOf(subject), file: fileOf(finding) } }),
    },
  ];
}

function placeOf({ line, column }: Finding['subject']): { line?: number; column?: number } {
  return {
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}

function shortened(
  annotations: readonly Annotation[],
  command: ReportView['command'],
): readonly Annotation[] {
  const [first] = annotations;
  if (annotations.length <= maxOfLevel || first === undefined) return annotations;
  const shown = annotations.slice(0, maxOfLevel - 1);
  const left = annotations.length - shown.length;
  const message = `${left} more of this level: see the output of ${command} or a report`;
  return [...shown, { level: first.level, title: `cowa-release ${command}`, message }];
}

function commandOf({ level, title, message, place }: Annotation): string {
  const at = Object.entries(place ?? {}).map(
    ([key, value]) => `${key === 'column' ? 'col' : key}=${property(String(value))}`,
  );
  return `::${level} ${[...at, `title=${property(title)}`].join(',')}::${data(printable(message, 4000))}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(printable(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
