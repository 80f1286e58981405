import type { Finding } from '../checks/check.ts';
import { type FindingRole, placeText, roleOf } from '../report/report-view.ts';
import { archiveText } from './archive-text.ts';
import { renderConsequences, withConsequences } from './render-consequences.ts';

/** How text is laid out. */
export interface RenderOptions {
  /** Columns lines are wrapped at; infinite: not at all. */
  readonly columns: number;
  /** Lists every finding one by one, passed ones too. */
  readonly all: boolean;
  /** Paints a word; plain text where colours are not wanted. */
  readonly paint: (text: string, color: 'green' | 'red' | 'yellow') => string;
}

/** Things named for one kind of finding before the rest is counted: the first screen is for every kind. */
const maxNamed = 3;
/** Checks named that could not look for one and the same reason. */
const maxIds = 12;

/** `loose`: undecided, of a check whose failure would not count. */
const order = ['blocking', 'undecided', 'waived', 'warning', 'note', 'loose'] as const;

/**
 * What did not pass, the most urgent kind first: what it is about and what to do once for all things
 * it is about.
 */
export function renderFindings(
  findings: readonly Finding[],
  failOn: readonly Finding['severity'][],
  options: RenderOptions,
): readonly string[] {
  const rankOf = (finding: Finding): (typeof order)[number] | undefined => {
    const role = roleOf(finding, failOn);
    // What was left out on purpose is told in one place, whatever it weighs.
    if (role === 'undecided' && finding.code !== 'CHECK_NOT_QUICK')
      return failOn.includes(finding.severity) ? role : 'loose';
    return role === 'pass' || role === 'not-applicable' ? undefined : role;
  };
  const shown = findings.filter((finding) => rankOf(finding) !== undefined);
  const { own, consequences } = withConsequences(shown);
  const told = order.flatMap((rank) =>
    groups(own.filter((finding) => rankOf(finding) === rank)).flatMap((group) => [
      ...renderGroup(group, rank === 'loose' ? 'undecided' : rank, options),
      ...renderConsequences(group.flatMap(consequences), options),
    ]),
  );
  const passed = options.all ? findings.filter(({ outcome }) => outcome === 'pass') : [];
  return [
    ...told,
    ...passed.flatMap(({ id, subject, message }) =>
      archiveText(`pass  ${id}  ${subject.name}: ${message}`, options.columns, '', '      '),
    ),
  ];
}

/** Findings that say the same of several things; of what could not be looked at, those with one and the same cause. */
function groups(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const causes = groupedBy(findings, causeOf);
  const shared = new Set(
    [...causes].flatMap(([cause, group]) =>
      cause !== undefined && group.some(({ id }) => id !== group[0]?.id) ? [cause] : [],
    ),
  );
  const kinds = groupedBy(findings, (finding) => {
    const { id, code, severity, waiver } = finding;
    const cause = causeOf(finding);
    return cause !== undefined && shared.has(cause)
      ? cause
      : JSON.stringify([id, code, severity, waiver]);
  });
  return [...kinds.values()];
}

/** What several checks could have in common that were not able to look. */
function causeOf({ code, severity, outcome, subject, message }: Finding): string | undefined {
  if (outcome !== 'undecided') return undefined;
  if (code === 'CHECK_SKIPPED' || code === 'CHECK_NOT_QUICK')
    return JSON.stringify([code, subject.name, message]);
  return code === undefined ? JSON.stringify([severity, subject.name, message]) : undefined;
}

function groupedBy<Key>(
  findings: readonly Finding[],
  keyOf: (finding: Finding) => Key,
): ReadonlyMap<Key, readonly Finding[]> {
  const found = new Map<Key, Finding[]>();
  for (const finding of findings) {
    const key = keyOf(finding);
    const group = found.get(key) ?? [];
    found.set(key, group);
    group.push(finding);
  }
  return found;
}

function renderGroup(
  group: readonly Finding[],
  role: FindingRole,
  options: RenderOptions,
): readonly string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { id, code, severity, defaultSeverity, waiver, help } = first;
  const { columns, all, paint } = options;
  const shown = all ? group : group.slice(0, maxNamed);
  const left = group.length - shown.length;
  const ids = [...new Set(group.map((each) => each.id))];
  const said = (text: string): readonly string[] => archiveText(text, columns, '  ', '    ');
  if (ids.length > 1)
    return [
      '',
      `${roleWord(role, severity, paint)}  ${ids.length} checks, for one reason`,
      ...said(`${first.subject.name}: ${first.message}`),
      ...said(`not looked at: ${namesOf(ids, all)}`),
    ];
  const tag = code === undefined ? id : `${id} [${code}]`;
  const changed = defaultSeverity === undefined ? '' : ` (${defaultSeverity} by default)`;
  return [
    '',
    `${roleWord(role, severity, paint)}  ${tag}${changed}`,
    ...shown.flatMap((finding) => said(`${placeText(finding)}: ${finding.message}`)),
    ...(left === 0 ? [] : said(`and ${left} more: --all lists them`)),
    ...(waiver === undefined
      ? []
      : said(`waived until ${waiver.expires} by ${waiver.owner}: ${waiver.reason}`)),
    ...(waiver === undefined && (first.outcome === 'fail' || severity === 'error')
      ? said(`fix: ${help.fix}`)
      : []),
  ];
}

/** So that a run of a few checks does not begin with the names of all others. */
function namesOf(ids: readonly string[], all: boolean): string {
  if (all || ids.length <= maxIds) return ids.join(', ');
  return `${ids.slice(0, maxIds).join(', ')} and ${ids.length - maxIds} more: --all lists them`;
}

function roleWord(
  role: FindingRole,
  severity: Finding['severity'],
  paint: RenderOptions['paint'],
): string {
  if (role === 'blocking') return paint(severity, 'red');
  return paint(role === 'waived' || role === 'undecided' ? role : severity, 'yellow');
}
