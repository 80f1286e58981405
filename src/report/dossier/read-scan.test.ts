import { describe, expect, it } from 'vitest';
import { aDigest } from '../../../test/support/a-dossier.ts';
import { readScan } from './read-scan.ts';

const document = { name: 'scan.json', digest: aDigest('scan') };
const read = (value: unknown) => readScan(Buffer.from(JSON.stringify(value)), document);

describe('what a scanner said', () => {
  it('is read from the JSON of grype, worst first', () => {
    const match = (id: string, severity: string) => ({
      vulnerability: { id, severity, fix: { versions: ['1.2'] } },
      artifact: {
        name: 'openssl',
        version: '1.1',
        purl: 'pkg:deb/debian/openssl@1.1',
        locations: [{ path: '/var/lib/dpkg/status' }],
      },
    });
    const scan = read({
      matches: [match('CVE-1', 'Low'), match('CVE-2', 'Critical'), match('CVE-3', 'odd')],
      ignoredMatches: [{ ...match('CVE-4', 'Critical'), appliedIgnoreRules: [{}] }],
      descriptor: {
        name: 'grype',
        version: '0.1',
        db: { status: { built: '2026-11-20T00:00:00Z' } },
      },
    });
    expect(scan).toMatchObject({
      format: 'grype',
      tool: 'grype',
      toolVersion: '0.1',
      databaseDate: '2026-11-20T00:00:00Z',
      counts: { critical: 1, high: 0, medium: 0, low: 1, negligible: 0, unknown: 1 },
      setAside: 1,
    });
    expect(scan.matches.map(({ id }) => id)).toEqual(['CVE-2', 'CVE-1', 'CVE-3']);
    expect(scan.matches[0]).toEqual({
      id: 'CVE-2',
      severity: 'critical',
      package: 'openssl',
      version: '1.1',
      purl: 'pkg:deb/debian/openssl@1.1',
      fixedIn: '1.2',
      location: '/var/lib/dpkg/status',
    });
  });

  it('is read from SARIF: by score, else by level; what passed or was set aside is none', () => {
    const result = (ruleId: string, more: object = {}) => ({
      ruleId,
      message: { text: `${ruleId} in openssl` },
      locations: [{ physicalLocation: { artifactLocation: { uri: 'image/openssl' } } }],
      ...more,
    });
    const scan = read({
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'trivy',
              semanticVersion: '0.50',
              rules: [
                { id: 'A', properties: { 'security-severity': '9.8' } },
                { id: 'B', defaultConfiguration: { level: 'error' } },
              ],
            },
          },
          results: [
            result('B'),
            result('A'),
            result('C', { level: 'note' }),
            result('P', { kind: 'pass' }),
            result('S', { suppressions: [{ kind: 'external', status: 'accepted' }] }),
            result('R', { suppressions: [{ kind: 'external', status: 'rejected' }] }),
          ],
        },
      ],
    });
    expect(scan.matches.map(({ id, severity }) => `${id} ${severity}`)).toEqual([
      'A critical',
      'B high',
      'R medium',
      'C low',
    ]);
    expect(scan).toMatchObject({ format: 'sarif', toolVersion: '0.50', setAside: 1 });
  });

  it.each([
    [9, 'critical'],
    ['8.9', 'high'],
    ['7', 'high'],
    ['6.9', 'medium'],
    ['4.0', 'medium'],
    ['3.9', 'low'],
    ['', 'high'],
    ['n/a', 'high'],
  ])('weighs a score of %j as %s', (score, severity) => {
    const properties = { 'security-severity': score };
    const results = [{ ruleId: 'A', level: 'error', properties }];
    expect(read(run('trivy', { results })).matches[0]?.severity).toBe(severity);
  });

  it.each([
    ['its id', { ruleId: 'E' }, 'critical'],
    ['a variant of it', { ruleId: 'E/1' }, 'critical'],
    ['its place', { ruleIndex: 0 }, 'low'],
    ['its place in an extension', { rule: { index: 0, toolComponent: { index: 0 } } }, 'critical'],
    ['its id, where another has its place', { ruleId: 'E', ruleIndex: 0 }, 'critical'],
    ['nothing that is there', { ruleId: 'X', ruleIndex: 7 }, 'medium'],
  ])('finds the rule of a result by %s', (_what, result, severity) => {
    const rule = (id: string, score: string) => ({
      id,
      properties: { 'security-severity': score },
    });
    const driver = { name: 'codeql', rules: [rule('D', '1.0')] };
    const tool = { driver, extensions: [{ name: 'pack', rules: [rule('E', '9.8')] }] };
    const found = read({ version: '2.1.0', runs: [{ tool, results: [result] }] });
    expect(found.matches[0]?.severity).toBe(severity);
  });

  const run = (name: string, more: object = { results: [] }) => ({
    ...{ version: '2.1.0', runs: [{ tool: { driver: { name } }, ...more }] },
  });
  it.each([
    ['SCAN_EMPTY', { version: '2.1.0', runs: [] }],
    [
      'SCAN_UNFINISHED',
      run('trivy', { results: [], invocations: [{ executionSuccessful: false }] }),
    ],
    ['SCAN_UNFINISHED', run('trivy', {})],
    ['SCAN_TOOL_UNNAMED', run('')],
    ['SCAN_TOOL_UNNAMED', { matches: [] }],
    ['SCAN_OWN_REPORT', run('cowa-release')],
  ])('is refused where nobody looked: %s %o', (code, document) => {
    expect(() => read(document)).toThrow(expect.objectContaining({ code }));
    const done = run('trivy', { results: [], invocations: [{ executionSuccessful: true }] });
    expect(read(done).matches).toEqual([]);
  });

  it.each([
    ['neither', '{"a":1}'],
    ['no JSON', '{'],
    ['SARIF of another version', '{"version":"1.0.0","runs":[]}'],
  ])('is refused where it is %s', (_, text) => {
    expect(() => readScan(Buffer.from(text), document)).toThrow(
      expect.objectContaining({ code: 'SCAN_FORMAT_UNKNOWN' }),
    );
  });
});
