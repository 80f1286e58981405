import type { DescribedCheck } from '../checks/all-checks.ts';
import type { Finding } from '../checks/check.ts';
import { renderJson } from './render-json.ts';
import { type ReportPart, type ReportView, roleOf, seenText } from './report-view.ts';
import { fingerprintOf, locationOf, sarifText, toRule, toUri } from './sarif-result.ts';

export interface SarifContext {
  /** The catalogue: every rule a result may name. */
  readonly checks: readonly DescribedCheck[];
  readonly programVersion: string;
}

/**
 * A SARIF 2.1.0 log with one run. Failures are results, waived ones suppressed, undecided ones of the
 * kind `open`; what passed is counted in the properties of the run, for viewers show every result as
 * a defect.
 * @see SARIF 2.1.0, 3.13, 3.14, 3.27
 */
export function renderSarif(view: ReportView, { checks, programVersion }: SarifContext): string {
  const spoken = new Set(view.parts.flatMap(({ findings }) => findings.map(({ id }) => id)));
  const rules = checks.filter(({ id }) => spoken.has(id));
  const ruleIndex = new Map(rules.map(({ id }, index) => [id, index]));
  const archives = view.parts.filter(({ kind }) => kind !== 'unreadable');
  const artifacts = artifactsOf(archives);
  return renderJson({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'cowa-release',
            version: programVersion,
            rules: rules.map(toRule),
          },
        },
        invocations: [
          {
            executionSuccessful: archives.length === view.parts.length,
            exitCode: view.exitCode,
            exitCodeDescription: sarifText(view.headline),
            toolExecutionNotifications: view.parts.flatMap(notificationsOf),
          },
        ],
        columnKind: 'utf16CodeUnits',
        artifacts: artifacts.list,
        results: archives.flatMap((part, index) =>
          part.findings.flatMap((finding) =>
            resultOf(finding, part, {
              location: locationOf(finding, part, artifacts.indexOf(finding, index)),
              ruleIndex: ruleIndex.get(finding.id),
            }),
          ),
        ),
        properties: {
          outcome: view.outcome,
          headline: view.headline,
          trust: view.trust.map(([label, value]) => `${label}: ${value}`),
          parts: view.parts.map(({ name, outcome, verdict }) => ({
            name,
            outcome,
            ...(verdict === undefined
              ? {}
              : {
                  counts: verdict.counts,
                  missingEvidence: verdict.missingEvidence,
                  notLookedAt: verdict.notLookedAt,
                  weakenedBy: verdict.weakenedBy,
                }),
          })),
        },
      },
    ],
  });
}

interface ResultContext {
  readonly location: object;
  readonly ruleIndex: number | undefined;
}

function resultOf(
  finding: Finding,
  part: ReportPart,
  { location, ruleIndex }: ResultContext,
): readonly object[] {
  const role = roleOf(finding, part.verdict?.failOn ?? ['error']);
  if (role === 'pass' || role === 'not-applicable') return [];
  const { id, severity, subject, code, waiver, defaultSeverity, followsFrom, help } = finding;
  const next = followsFrom === undefined ? `. ${help.fix}` : '';
  const failed = finding.outcome === 'fail';
  return [
    {
      ruleId: id,
      ...(ruleIndex === undefined ? {} : { ruleIndex }),
      // 3.27.10: whatever is no failure has the level none.
      kind: failed ? 'fail' : 'open',
      level: failed ? severity : 'none',
      message: { text: sarifText(`${whatOf(finding, part)}: ${seenText(finding)}${next}`) },
      locations: [location],
      partialFingerprints: { 'cowaFinding/v1': fingerprintOf(finding, part) },
      ...(waiver === undefined
        ? {}
        : {
            suppressions: [
              {
                kind: 'external',
                status: 'accepted',
                justification: sarifText(
                  `${waiver.reason} (${waiver.owner}, until ${waiver.expires})`,
                ),
              },
            ],
          }),
      properties: {
        outcome: finding.outcome,
        subjectKind: subject.kind,
        ...(subject.digest === undefined ? {} : { digest: subject.digest }),
        ...(code === undefined ? {} : { code }),
        ...(defaultSeverity === undefined ? {} : { defaultSeverity }),
        ...(followsFrom === undefined ? {} : { followsFrom }),
      },
    },
  ];
}

interface Artifacts {
  readonly list: readonly object[];
  /** Of the thing a finding is about: a document in an archive when a line is named, else the archive. */
  readonly indexOf: (finding: Finding, archive: number) => number;
}

/** The archives, then the documents in them that findings point into. @see SARIF 2.1.0, 3.24.3 */
function artifactsOf(archives: readonly ReportPart[]): Artifacts {
  // Files of a repository lie in no archive.
  const first = archives.flatMap(({ kind, name }) => (kind === 'definitions' ? [] : [name]));
  const list: object[] = first.map((name) => ({ location: { uri: toUri(name) } }));
  const nested = new Map<string, number>();
  const files = new Map<string, number>();
  const keyOf = ({ subject }: Finding, archive: number): string => `${archive} ${subject.name}`;
  for (const [parentIndex, { findings, fileOf }] of archives.entries()) {
    for (const finding of findings) {
      const key = keyOf(finding, parentIndex);
      if (nested.has(key)) continue;
      if (fileOf !== undefined) {
        if (finding.outcome === 'pass') continue;
        const uri = toUri(fileOf(finding));
        const before = files.get(uri) ?? list.length;
        nested.set(key, before);
        if (!files.has(uri)) list.push({ location: { uri } });
        files.set(uri, before);
      } else if (finding.subject.line !== undefined) {
        nested.set(key, list.length);
        list.push({ location: { uri: toUri(finding.subject.name) }, parentIndex });
      }
    }
  }
  return {
    list,
    indexOf: (finding, archive) =>
      finding.subject.line === undefined && archives[archive]?.fileOf === undefined
        ? archive
        : (nested.get(keyOf(finding, archive)) ?? archive),
  };
}

function notificationsOf({ name, error }: ReportPart): readonly object[] {
  if (error === undefined) return [];
  return [
    {
      descriptor: { id: error.code },
      level: 'error',
      message: { text: sarifText(`${name}: ${error.message}. ${error.suggestions.join('. ')}`) },
    },
  ];
}

/** What a message begins with: of a place in a definition the viewer shows the file already. */
function whatOf({ subject }: Finding, { fileOf }: ReportPart): string {
  if (fileOf === undefined) return subject.name;
  return subject.object ?? (subject.kind === 'file' ? 'Here' : subject.name);
}
