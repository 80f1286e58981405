import { describe, expect, it } from 'vitest';
import type { Finding } from '../checks/check.ts';
import { decide } from '../policy/decide.ts';
import { builtInPolicy } from '../policy/policy.ts';
import type { VerifyReport } from '../report/verify-report.ts';
import { renderVerdict } from './render-verdict.ts';

const help = { why: 'w', fix: 'do this', source: 's' };
const finding = (
  id: Finding['id'],
  outcome: Finding['outcome'],
  severity: Finding['severity'] = 'error',
  message = 'seen',
): Finding => ({
  id,
  severity,
  outcome,
  subject: { kind: 'entry', name: 'zarf.yaml', line: 3, column: 7 },
  message,
  help,
});
const checks = (['container', 'checksums', 'definition', 'oci', 'names', 'signature'] as const).map(
  (area) => ({ id: `${area}/x` as const, area }),
);

function report(
  findings: readonly Finding[],
  weakenedBy: readonly string[] = [],
  name = 'a.tar.zst',
): VerifyReport {
  return {
    schema: 'cowa-release/verify-report/v1',
    program: { name: 'cowa-release', version: '0' },
    archive: {
      name,
      format: 'zarf-package',
      compression: 'zstd',
      size: 2048,
      tarSize: 4096,
      entries: 3,
      frames: 1,
    },
    trust: { insecure: weakenedBy },
    packages: [
      { name: 'demo\u001b[2J', version: '1\nPASS', images: 1, size: 10, signature: 'unsigned' },
    ],
    signature: { outcome: 'unsigned' },
    findings,
    verdict: decide(findings, builtInPolicy, { weakenedBy, checks, subject: name }),
  };
}
const render = (
  given: VerifyReport,
  options: { readonly columns?: number; readonly all?: boolean } = {},
) =>
  renderVerdict(given, {
    columns: 80,
    all: false,
    paint: (text, color) => `<${color} ${text}>`,
    ...options,
  });

describe('renderVerdict', () => {
  it.each([
    ['a pass', [finding('oci/x', 'pass')], /^<green PASS> {2}a\.tar\.zst passes/],
    [
      'a failure',
      [finding('oci/x', 'fail')],
      /^<red FAIL> {2}a\.tar\.zst fails: 1 finding, first oci\/x/,
    ],
    [
      'what is not proven',
      [finding('signature/x', 'undecided')],
      /^<yellow NOT PROVEN> {2}a\.tar\.zst is not proven: signature/,
    ],
  ])('begins with %s', (_name, findings, expected) => {
    expect(render(report(findings))).toMatch(expected);
  });

  it('puts failures before warnings before what is undecided, each with the fix', () => {
    const text = render(
      report([
        finding('names/x', 'undecided', 'note', 'open'),
        finding('container/x', 'fail', 'warning', 'odd'),
        finding('oci/x', 'fail', 'error', 'broken'),
      ]),
    );
    expect(text.indexOf('broken')).toBeLessThan(text.indexOf('odd'));
    expect(text.indexOf('odd')).toBeLessThan(text.indexOf('open'));
    expect(text).toContain('zarf.yaml:3:7: broken');
    expect(text).toContain('fix: do this');
  });

  it('lists passes only when asked, and always counts them', () => {
    const given = report([finding('oci/x', 'pass', 'error', 'all good')]);
    expect(render(given)).not.toContain('all good');
    expect(render(given)).toContain('looked at and good: oci 1');
    expect(render(given, { all: true })).toContain('all good');
  });

  it('says what is next after a quick look', () => {
    const quick = ['--quick: contents were not read'];
    expect(render(report([finding('oci/x', 'undecided')], quick))).toContain(
      'fix: verify without --quick before the archive is used',
    );
    expect(render(report([finding('oci/x', 'undecided')]))).not.toContain('without --quick');
  });

  it('warns of what weakens it', () => {
    const text = render(report([finding('oci/x', 'pass')], ['--insecure-allow-unsigned']));
    expect(text.split('\n')[0]).toContain('weakened by');
    expect(text).toContain('WARNING weakened by --insecure-allow-unsigned');
  });

  it('lets nothing of the archive speak to the terminal', () => {
    const text = render(report([finding('oci/x', 'pass')], [], 'a\u001b]0;x\u0007.tar.zst'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(text.split('\n').some((line) => line.startsWith('PASS'))).toBe(false);
  });

  it.each([40, 80, 120])('keeps to %s columns', (columns) => {
    const text = render(
      report([finding('oci/x', 'fail', 'error', 'many words of a long message '.repeat(10))]),
      { columns },
    );
    expect(
      text.split('\n').filter((line) => line.replaceAll(/<\w+ |>/g, '').length > columns),
    ).toEqual([]);
  });
});
