import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Finding, Outcome, Severity } from '../../src/checks/check.ts';
import { renderReport } from '../../src/operations/render-report.ts';
import type { ReportKind } from '../../src/report/report-kinds.ts';
import type { VerifyResult } from '../../src/report/verify-list-report.ts';
import { aFinding, aVerifyReport, checks } from '../support/a-verify-report.ts';
import { readXml, type XmlElement } from '../support/read-xml.ts';
import { sarifFaults } from '../support/sarif-faults.ts';

const context = { checks, programVersion: '0.0.0' };
const render = (kind: ReportKind, result: VerifyResult) => renderReport(kind, result, context);

/** Everything that some reader could take for more than text. */
const hostile = [
  '\u001b[2J\u001b]0;title\u0007',
  '\u009b31m',
  '::error title=x::pwned',
  '\n::set-env name=PATH::/evil',
  '##[add-mask]x',
  '##vso[task.setvariable variable=x]y',
  '##teamcity[buildStatus text="x"]',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  ']]><!ENTITY x SYSTEM "file:///etc/passwd">&x;',
  '&lt;b&gt;',
  '```\n# heading',
  '`` ` ``',
  '[click](https://evil.example)',
  '![x](https://evil.example/x.png)',
  '@everyone #1 GH-2',
  '| a | b |',
  '</details></summary>',
  '\u202eexe.rat\u2066',
  '\u0000\u0001\ufffe\uffff',
  '\ud800',
  '{0} {{1}} %s %0A',
  '- item\n1. item',
  '~~~',
  '   ',
  '',
];
const anyText = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(fc.constantFrom(...hostile, ...'<>&"\'`[](){}#@|\\:%\n\r\t '.split('')), {
      maxLength: 6,
    })
    .map((parts) => parts.join('')),
);
const anyFinding: fc.Arbitrary<Finding> = fc
  .record({
    id: fc.constantFrom(...checks.map(({ id }) => id)),
    outcome: fc.constantFrom<Outcome>('pass', 'fail', 'undecided', 'not-applicable'),
    severity: fc.constantFrom<Severity>('error', 'warning', 'note'),
    name: anyText,
    message: anyText,
    line: fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }),
    waiver: fc.option(
      fc.record({ owner: anyText, reason: anyText, expires: fc.constant('2026-12-31') }),
      { nil: undefined },
    ),
  })
  .map(({ id, outcome, severity, name, message, line, waiver }) =>
    aFinding(id, {
      outcome,
      severity,
      subject: { kind: 'entry', name, ...(line === undefined ? {} : { line }) },
      message,
      ...(waiver === undefined || outcome !== 'fail' ? {} : { waiver }),
    }),
  );
const anyResult: fc.Arbitrary<VerifyResult> = fc
  .record({
    findings: fc.array(anyFinding, { maxLength: 8 }),
    name: anyText,
    location: anyText,
    broken: fc.boolean(),
  })
  .map(({ findings, name, location, broken }): VerifyResult => {
    const report = aVerifyReport(findings, { name });
    if (!broken) return report;
    const error = {
      code: 'ARCHIVE_MISSING',
      message: name,
      suggestions: [name],
      exitCode: 3,
    } as const;
    return {
      schema: 'cowa-release/verify-list/v1',
      reports: [report],
      unreadable: [{ location, ...error }],
      exitCode: 3,
    };
  });

const kinds = ['json', 'yaml', 'sarif', 'junit', 'markdown', 'html'] as const;
/** Controls but line breaks and tabs, lone halves of characters, marks that reorder text. */
const controls = /(?![\n\t])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

describe('every format', () => {
  it.each(kinds)('%s lets no name speak to a terminal or a build server', (kind) => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const text = render(kind, result);
        expect(text).not.toMatch(controls);
        expect(text).not.toMatch(/^\s*::/m);
        expect(text).not.toMatch(/##(\[|vso\[|teamcity\[)/i);
        expect(render(kind, result)).toBe(text);
      }),
      { numRuns: 150 },
    );
  });

  it('as JSON and as YAML is the result itself', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        expect(JSON.parse(render('json', result))).toEqual(JSON.parse(JSON.stringify(result)));
        expect(parse(render('yaml', result))).toEqual(JSON.parse(JSON.stringify(result)));
      }),
      { numRuns: 100 },
    );
  });

  it('as SARIF keeps to the schema of 2.1.0', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        expect(sarifFaults(render('sarif', result))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('as JUnit is XML, with a red case whenever the verdict is no pass', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const suites = readXml(render('junit', result));
        const cases = allOf(suites, 'testcase');
        const count = (name: string) =>
          cases.filter(({ children }) => children.some((child) => child.name === name)).length;
        expect(suites.attributes).toMatchObject({
          tests: `${cases.length}`,
          failures: `${count('failure')}`,
          errors: `${count('error')}`,
          skipped: `${count('skipped')}`,
        });
        const exit = 'reports' in result ? result.exitCode : result.verdict.exitCode;
        expect(count('failure') + count('error') > 0).toBe(exit !== 0);
      }),
      { numRuns: 100 },
    );
  });

  it('as HTML holds no element, attribute or address but its own', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const page = render('html', result);
        const style = /<style>[^<]*<\/style>/;
        expect(page).toMatch(style);
        const tags = page.replace(style, '').match(/<[^>]*>/g) ?? [];
        for (const tag of tags) expect(tag).toMatch(ownTag);
        expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|form|base)\b/i);
        expect(page).not.toMatch(/\b(src|srcset|style|on\w+)\s*=\s*["']/i);
      }),
      { numRuns: 100 },
    );
  });

  it('as Markdown has names only in code spans', () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        const rest = withoutCode(render('markdown', result));
        expect(rest).not.toMatch(/https?:|@everyone|<script|<img|<svg|\]\(/i);
        const tags = rest.match(/<[^>]*>/g) ?? [];
        for (const tag of tags) expect(tag).toMatch(/^<\/?(details|summary|sub)>$/);
        const opened = tags.filter((tag) => tag === '<details>').length;
        expect(tags.filter((tag) => tag === '</details>')).toHaveLength(opened);
      }),
      { numRuns: 100 },
    );
  });
});

const ownTag =
  /^<(!DOCTYPE html|\/?(html|head|body|header|main|footer|nav|section|h1|h2|p|ol|ul|li|a|details|summary|table|caption|thead|tbody|tr|th|td|strong|small|span|code|title|meta|br)( [a-z-]+="[^"<>]*")*)>$/;

/** Every element of a name. */
function allOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...allOf(child, name),
  ]);
}

/** Markdown without what stands in code spans: the longest fence that opens is the one that closes. */
function withoutCode(text: string): string {
  let rest = '';
  let at = 0;
  while (at < text.length) {
    const [fence = ''] = /^`*/.exec(text.slice(at)) ?? [];
    if (fence === '') {
      rest += text.charAt(at);
      at += 1;
      continue;
    }
    const close = new RegExp(`(?<!\`)${fence}(?!\`)`).exec(text.slice(at + fence.length));
    expect(close, `a fence that is never closed: ${text.slice(at, at + 80)}`).not.toBeNull();
    const line = text.slice(at + fence.length, at + fence.length + (close?.index ?? 0));
    expect(line).not.toContain('\n');
    at += 2 * fence.length + (close?.index ?? 0);
  }
  return rest;
}
