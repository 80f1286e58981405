import type { Digest } from '../../oci/digest.ts';
import { parseJsonStrict } from '../../support/json-document.ts';
import type { DossierScan, DossierScanMatch, ScanSeverity } from './dossier.ts';
import { DossierError } from './dossier-error.ts';

/** Bytes of the largest result that is read. */
export const maxScanBytes = 256 * 2 ** 20;

const severities: readonly ScanSeverity[] = [
  'critical',
  'high',
  'medium',
  'low',
  'negligible',
  'unknown',
];

type Box = Readonly<Record<string, unknown>>;

/**
 * Reads what a scanner found: SARIF of any, or the JSON of grype. It is taken over, not judged.
 * @throws DossierError where it is in no format that is read, or is not what a scanner that finished found
 * @see SARIF 2.1.0, 3.13; Grype JSON, `matches`
 */
export function readScan(
  bytes: Uint8Array,
  document: { readonly name: string; readonly digest: Digest },
): DossierScan {
  const { value, problem } = parseJsonStrict(bytes, { maxBytes: maxScanBytes, maxDepth: 128 });
  if (problem !== undefined) throw unknown(document.name, problem.message);
  const root = box(value);
  if (Array.isArray(root['runs']) && text(root['version']).startsWith('2.1'))
    return fromSarif(finishedRuns(root, document.name), document);
  if (Array.isArray(root['matches'])) return fromGrype(root, document);
  throw unknown(document.name, 'it has neither runs (SARIF 2.1) nor matches (grype)');
}

/**
 * Runs that looked: an empty list, a run that failed or one of nobody would read as nothing found.
 * @see SARIF 2.1.0, 3.14.11 and 3.20.14
 */
function finishedRuns(root: Box, name: string): readonly Box[] {
  const runs = boxes(root['runs']);
  if (runs.length === 0) throw unusable('SCAN_EMPTY', name, 'it holds no run of a scanner');
  for (const run of runs) {
    const tool = text(box(box(run['tool'])['driver'])['name']);
    if (tool === '') throw unusable('SCAN_TOOL_UNNAMED', name, 'it does not say what looked');
    if (tool === 'cowa-release')
      throw unusable(
        'SCAN_OWN_REPORT',
        name,
        'cowa-release wrote it, which matches no vulnerabilities',
      );
    const failed = boxes(run['invocations']).some((each) => each['executionSuccessful'] === false);
    if (failed || !Array.isArray(run['results']))
      throw unusable(
        'SCAN_UNFINISHED',
        name,
        failed ? `${tool} says that it failed` : `${tool} did not look: there are no results`,
      );
  }
  return runs;
}

function fromGrype(root: Box, document: DossierScan['document']): DossierScan {
  const descriptor = box(root['descriptor']);
  const tool = text(descriptor['name']);
  if (tool === '')
    throw unusable('SCAN_TOOL_UNNAMED', document.name, 'it does not say what looked');
  const db = box(descriptor['db']);
  const built = text(db['built']) || text(box(db['status'])['built']);
  const matches = boxes(root['matches']).map((match): DossierScanMatch => {
    const found = box(match['vulnerability']);
    const artifact = box(match['artifact']);
    const fixed = box(found['fix'])['versions'];
    const [place] = boxes(artifact['locations']);
    return withTexts(
      { id: text(found['id']) || 'unknown', severity: severityOf(text(found['severity'])) },
      {
        package: text(artifact['name']),
        version: text(artifact['version']),
        purl: text(artifact['purl']),
        fixedIn: Array.isArray(fixed) ? fixed.map(text).filter(Boolean).join(', ') : '',
        location: text(place?.['path']),
      },
    );
  });
  return {
    document,
    format: 'grype',
    tool,
    ...(text(descriptor['version']) === '' ? {} : { toolVersion: text(descriptor['version']) }),
    ...(built === '' ? {} : { databaseDate: built }),
    ...leftOut(boxes(root['ignoredMatches'])),
    ...summed(matches),
  };
}

function fromSarif(runs: readonly Box[], document: DossierScan['document']): DossierScan {
  const driver = box(box(runs[0]?.['tool'])['driver']);
  const aside = runs.flatMap((run) => boxes(run['results'])).filter(isSetAside);
  const matches = runs.flatMap((run) => {
    const ruleOf = rulesOf(box(run['tool']));
    return boxes(run['results'])
      .filter((result) => !['pass', 'notApplicable'].includes(text(result['kind'])))
      .filter((result) => !isSetAside(result))
      .map((result): DossierScanMatch => {
        const rule = ruleOf(result);
        const id = ruleIdOf(result) || text(rule['id']) || 'unknown';
        const [location] = boxes(result['locations']);
        const physical = box(location?.['physicalLocation']);
        return withTexts(
          { id, severity: sarifSeverity(result, rule) },
          {
            package: text(box(result['message'])['text']).slice(0, 300),
            location: text(box(physical['artifactLocation'])['uri']),
          },
        );
      });
  });
  const version = text(driver['semanticVersion']) || text(driver['version']);
  return {
    document,
    format: 'sarif',
    tool: text(driver['name']),
    ...(version === '' ? {} : { toolVersion: version }),
    ...leftOut(aside),
    ...summed(matches),
  };
}

function ruleIdOf(result: Box): string {
  return text(result['ruleId']) || text(box(result['rule'])['id']);
}

/**
 * Finds what says how grave a result is: by its place among the rules of the tool, or of the extension it names, else
 * by its id, of which the last part may only tell variants of one rule apart.
 * @see SARIF 2.1.0, 3.27.5 to 3.27.7 and 3.52
 */
function rulesOf(tool: Box): (result: Box) => Box {
  const driver = boxes(box(tool['driver'])['rules']);
  const extensions = boxes(tool['extensions']).map(({ rules }) => boxes(rules));
  const named = new Map(
    [driver, ...extensions]
      .flat()
      .toReversed()
      .map((rule) => [text(rule['id']), rule]),
  );
  return (result) => {
    const reference = box(result['rule']);
    const rules = extensions[indexOf(box(reference['toolComponent'])['index'])] ?? driver;
    const at = [reference['index'], result['ruleIndex']].map(indexOf).find((each) => each >= 0);
    const id = ruleIdOf(result);
    const parent = id.slice(0, Math.max(0, id.lastIndexOf('/')));
    const placed = rules[at ?? -1];
    if (placed !== undefined && (id === '' || [id, parent].includes(text(placed['id']))))
      return placed;
    return named.get(id) ?? named.get(parent) ?? {};
  };
}

function indexOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : -1;
}

/** @see SARIF 2.1.0, 3.27.23 and 3.35.3 */
function isSetAside(result: Box): boolean {
  return boxes(result['suppressions']).some((each) => text(each['status']) !== 'rejected');
}

function leftOut(aside: readonly Box[]): Pick<DossierScan, 'setAside'> {
  return aside.length === 0 ? {} : { setAside: aside.length };
}

/** `security-severity` as GitHub defined it is a CVSS score; without it the level has to do. */
function sarifSeverity(result: Box, rule: Box): ScanSeverity {
  const score = [result, rule]
    .map((each) => text(box(each['properties'])['security-severity']))
    .map((each) => (each.trim() === '' ? Number.NaN : Number(each)))
    .find((each) => !Number.isNaN(each));
  if (score !== undefined)
    return score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'medium' : 'low';
  const level =
    text(result['level']) || text(box(rule['defaultConfiguration'])['level']) || 'warning';
  // A level is no severity: what is an error counts as one that has to be looked at.
  return level === 'error' ? 'high' : level === 'warning' ? 'medium' : 'low';
}

function severityOf(word: string): ScanSeverity {
  const found = severities.find((each) => each === word.toLowerCase());
  return found ?? 'unknown';
}

function summed(matches: readonly DossierScanMatch[]): Pick<DossierScan, 'counts' | 'matches'> {
  const count = (severity: ScanSeverity): number =>
    matches.filter((each) => each.severity === severity).length;
  const key = ({ severity, ...rest }: DossierScanMatch): string =>
    `${severities.indexOf(severity)} ${JSON.stringify(rest)}`;
  return {
    counts: {
      critical: count('critical'),
      high: count('high'),
      medium: count('medium'),
      low: count('low'),
      negligible: count('negligible'),
      unknown: count('unknown'),
    },
    matches: matches
      .map((match) => [key(match), match] as const)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([, match]) => match),
  };
}

function withTexts(
  base: Pick<DossierScanMatch, 'id' | 'severity'>,
  texts: Readonly<Record<'package', string>> &
    Partial<Readonly<Record<'version' | 'purl' | 'fixedIn' | 'location', string>>>,
): DossierScanMatch {
  return {
    ...base,
    ...Object.fromEntries(Object.entries(texts).filter(([, each]) => each !== '')),
  };
}

function box(value: unknown): Box {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function boxes(value: unknown): readonly Box[] {
  return Array.isArray(value) ? value.map(box) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function unusable(
  code: 'SCAN_EMPTY' | 'SCAN_UNFINISHED' | 'SCAN_TOOL_UNNAMED' | 'SCAN_OWN_REPORT',
  name: string,
  reason: string,
): DossierError {
  return new DossierError(code, `${name} is not what a scanner found: ${reason}`, {
    suggestions: [
      'Scan again, and give what a scanner of vulnerabilities writes when it has finished',
    ],
  });
}

function unknown(name: string, reason: string): DossierError {
  return new DossierError(
    'SCAN_FORMAT_UNKNOWN',
    `${name} is no result of a scanner that can be read: ${reason}`,
    { suggestions: ['Give SARIF 2.1.0, or the JSON of grype (grype -o json)'] },
  );
}
