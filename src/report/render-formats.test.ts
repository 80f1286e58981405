import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aFinding, aVerifyReport, checks } from '../../test/support/a-verify-report.ts';
import { readXml, type XmlElement } from '../../test/support/read-xml.ts';
import { renderAnnotations } from './render-annotations.ts';
import { renderHtml } from './render-html.ts';
import { renderJunit } from './render-junit.ts';
import { renderMarkdown } from './render-markdown.ts';
import { renderSarif } from './render-sarif.ts';
import { toReportView } from './report-view.ts';
import type { VerifyResult } from './verify-list-report.ts';

const view = (result: VerifyResult) => toReportView(result, '0.0.0');
const waiver = { owner: 'jane', reason: 'until the rebuild', expires: '2026-12-31' };
const mixed = aVerifyReport([
  aFinding('oci/platform', { code: 'PLATFORM_OTHER', subject: { kind: 'image', name: 'api' } }),
  aFinding('names/file-name', { waiver }),
  aFinding('bundle/variables', { severity: 'warning' }),
  aFinding('signature/archive', { outcome: 'undecided', message: 'no key was given' }),
  aFinding('bundle/claims', { outcome: 'undecided', severity: 'warning' }),
  aFinding('oci/layout', { outcome: 'pass', message: 'is whole' }),
  aFinding('definition/schema', {
    subject: { kind: 'entry', name: 'zarf.yaml', line: 3, column: 7 },
  }),
]);
const list: VerifyResult = {
  schema: 'cowa-release/verify-list/v1',
  reports: [mixed],
  unreadable: [
    {
      location: 'gone.tar.zst',
      code: 'ARCHIVE_MISSING',
      message: 'there is no gone.tar.zst',
      suggestions: ['Check the path'],
      exitCode: 3,
    },
  ],
  exitCode: 1,
};

describe('SARIF', () => {
  const render = (result: VerifyResult) =>
    JSON.parse(renderSarif(view(result), { checks, programVersion: '0.0.0' })) as {
      readonly runs: readonly [
        {
          readonly tool: {
            readonly driver: { readonly rules: readonly { readonly id: string }[] };
          };
          readonly results: readonly Record<string, unknown>[];
          readonly artifacts: readonly unknown[];
          readonly invocations: readonly Record<string, unknown>[];
        },
      ];
    };
  const [run] = render(list).runs;
  const result = (id: string) => run.results.find(({ ruleId }) => ruleId === id);

  it('tells failures with the level of the policy, and passes not at all', () => {
    expect(result('oci/platform')).toMatchObject({ kind: 'fail', level: 'error' });
    expect(result('bundle/variables')).toMatchObject({ kind: 'fail', level: 'warning' });
    expect(result('oci/layout')).toBeUndefined();
  });

  it('tells what could not be decided as open, never as passed', () => {
    expect(result('signature/archive')).toMatchObject({ kind: 'open', level: 'none' });
  });

  it('suppresses what is waived, with who and why', () => {
    expect(result('names/file-name')).toMatchObject({
      suppressions: [
        {
          kind: 'external',
          status: 'accepted',
          justification: 'until the rebuild (jane, until 2026-12-31)',
        },
      ],
    });
    expect(result('oci/platform')).not.toHaveProperty('suppressions');
  });

  it('points to its rules, to the archive, and into documents', () => {
    const rules = run.tool.driver.rules.map(({ id }) => id);
    for (const { ruleId, ruleIndex } of run.results) expect(rules[Number(ruleIndex)]).toBe(ruleId);
    expect(result('oci/platform')).toMatchObject({
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: 'a.tar.zst', index: 0 } },
          logicalLocations: [{ name: 'api', kind: 'image', fullyQualifiedName: 'a.tar.zst!api' }],
        },
      ],
    });
    expect(result('definition/schema')).toMatchObject({
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'zarf.yaml', index: 1 },
            region: { startLine: 3, startColumn: 7 },
          },
        },
      ],
    });
    expect(run.artifacts[1]).toEqual({ location: { uri: 'zarf.yaml' }, parentIndex: 0 });
  });

  it('has no links and no placeholders but those of the standard', () => {
    const evil = aVerifyReport([
      aFinding('oci/platform', { message: 'see [here](https://evil.example) {0}' }),
    ]);
    const [first] = render(evil).runs[0].results;
    expect(first?.['message']).toEqual({
      text: expect.stringContaining('see [here] (https://evil.example) {{0}}'),
    });
  });

  it('gives a finding one fingerprint, however it is worded', () => {
    const print = (message: string) =>
      render(aVerifyReport([aFinding('oci/platform', { message })])).runs[0].results[0]?.[
        'partialFingerprints'
      ];
    expect(print('is arm64')).toEqual(print('is something else'));
    expect(print('x')).not.toEqual(result('oci/platform')?.['partialFingerprints']);
  });

  it('says of what could not be opened that the run was not complete', () => {
    expect(run.invocations).toMatchObject([
      {
        executionSuccessful: false,
        exitCode: 1,
        toolExecutionNotifications: [{ descriptor: { id: 'ARCHIVE_MISSING' }, level: 'error' }],
      },
    ]);
    expect(render(mixed).runs[0].invocations[0]).toMatchObject({ executionSuccessful: true });
  });
});

describe('JUnit', () => {
  const cases = new Map(
    readXml(renderJunit(view(list), checks)).children.flatMap((suite) =>
      suite.children.map((each) => [
        `${suite.attributes['name']} ${each.attributes['name']}`,
        each,
      ]),
    ),
  );
  const kind = (name: string): XmlElement | undefined => cases.get(name)?.children[0];

  it.each([
    ['what counts is a failure', 'a.tar.zst oci/platform', 'failure'],
    ['what passed is nothing more', 'a.tar.zst oci/layout', undefined],
    ['required evidence that stayed open is an error', 'a.tar.zst signature/archive', 'error'],
    ['other evidence that stayed open is skipped', 'a.tar.zst bundle/claims', 'skipped'],
    ['a warning is no success', 'a.tar.zst bundle/variables', 'skipped'],
    ['neither is what is waived', 'a.tar.zst names/file-name', 'skipped'],
    ['the verdict is a case of its own', 'a.tar.zst verdict', 'failure'],
    ['what could not be opened is an error', 'gone.tar.zst verdict', 'error'],
  ])('%s', (_name, id, expected) => {
    expect(cases.has(id)).toBe(true);
    expect(kind(id)?.name).toBe(expected);
  });

  it('says what was seen, what to do, and who waived it', () => {
    expect(kind('a.tar.zst oci/platform')?.attributes).toMatchObject({
      type: 'PLATFORM_OTHER',
      message: 'blocking: api: is not what it should be',
    });
    expect(kind('a.tar.zst oci/platform')?.text).toContain('fix: ');
    expect(kind('a.tar.zst names/file-name')?.text).toContain('waived until 2026-12-31 by jane');
  });

  it('turns red with what the policy makes count', () => {
    const strict = aVerifyReport([aFinding('bundle/variables', { severity: 'warning' })], {
      policy: { failOn: ['warning'] },
    });
    expect(renderJunit(view(strict), checks)).toContain('failures="2"');
  });
});

describe('Markdown', () => {
  it('begins with the verdict, then what failed and what to do', () => {
    const text = renderMarkdown(view(mixed));
    expect(text).toMatch(/^## ❌ FAIL\n\n`a\.tar\.zst fails: 2 findings/);
    expect(text).toContain(
      '**`oci/platform`** `PLATFORM_OTHER` `api`: `is not what it should be`\n  - fix:',
    );
    expect(text).toContain('waived until 2026-12-31 by `jane`: `until the rebuild`');
    expect(text.indexOf('Failed')).toBeLessThan(text.indexOf('<details>'));
  });

  it('fits into a comment, counts what does not, and closes what it opens', () => {
    const many = Array.from({ length: 3000 }, (_, index) =>
      aFinding('oci/blob-digest', {
        outcome: index % 2 === 0 ? 'pass' : 'fail',
        subject: { kind: 'blob', name: `blob ${index}` },
      }),
    );
    for (const length of [2000, 5000, 20_000, undefined]) {
      const text = renderMarkdown(view(aVerifyReport(many)), length);
      expect(text.length).toBeLessThanOrEqual(length ?? 65_536);
      expect(text).toMatch(/_\d+ more lines did not fit/);
      expect(text.split('<details>').length).toBe(text.split('</details>').length);
    }
    expect(renderMarkdown(view(mixed))).not.toContain('did not fit');
  });
});

describe('HTML', () => {
  const page = renderHtml(view(list), checks);

  it('says the outcome in words and marks, with rows for each finding', () => {
    expect(page).toContain('<strong>Fail.</strong>');
    expect(page).toContain('is not what it should be <code>PLATFORM_OTHER</code>');
    expect(page).toContain('Waived until 2026-12-31 by jane: until the rebuild');
    expect(page).toContain('Could not be looked at (2)');
    expect(page).toContain('there is no gone.tar.zst');
  });

  it('tells what is wrong before what was judged, and whom a pass rests on first', () => {
    const at = (of: string, text: string) => {
      expect(of).toContain(text);
      return of.indexOf(text);
    };
    const failed = renderHtml(view(aVerifyReport([aFinding('oci/platform')])), checks);
    expect(at(failed, 'Failed (1)')).toBeLessThan(at(failed, 'What was judged'));
    expect(at(failed, 'Failed (1)')).toBeLessThan(at(failed, 'Judged by'));
    const passed = renderHtml(
      view(aVerifyReport([aFinding('oci/layout', { outcome: 'pass' })])),
      checks,
    );
    expect(at(passed, 'Judged by')).toBeLessThan(at(passed, 'What was judged'));
    expect(passed).toContain('<details><summary>Looked at and good (1)</summary>');
    expect(passed).not.toContain('<details open');
  });

  it('says a reason once for all checks that could not look for it', () => {
    const open = { outcome: 'undecided', message: 'reading ended early' } as const;
    const page = renderHtml(
      view(aVerifyReport([aFinding('oci/layout', open), aFinding('oci/platform', open)])),
      checks,
    );
    expect(page.match(/reading ended early/g)).toHaveLength(1);
    expect(page).toContain('2 checks');
    expect(page).toContain('<code>oci/layout</code>, <code>oci/platform</code>');
  });

  it('can be read aloud: language, title, one main heading, headers of every table', () => {
    expect(page).toMatch(/<html lang="en">/);
    expect(page.match(/<h1/g)).toHaveLength(1);
    const tables = page.match(/<table/g)?.length ?? 0;
    expect(page.match(/<caption>/g)).toHaveLength(tables);
    for (const cell of page.match(/<th( [^>]*)?>/g) ?? [])
      expect(cell).toMatch(/scope="(row|col)"/);
    expect(page).toContain('href="#content"');
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it('asks for nothing outside itself, and says so to the browser', () => {
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(page).not.toMatch(/https?:|url\(|@import/);
  });
});

describe('annotations of GitHub', () => {
  const lines = (result: VerifyResult) => renderAnnotations(view(result)).split('\n').slice(0, -1);

  it('are one command a line, with levels', () => {
    const told = lines(mixed);
    for (const line of told) expect(line).toMatch(/^::(error|warning|notice) title=[^:,\r\n]+::/);
    expect(told.filter((line) => line.startsWith('::error'))).toHaveLength(3);
    expect(told.some((line) => line.startsWith('::notice') && line.includes('waived until'))).toBe(
      true,
    );
  });

  it('cannot be ended or begun by a name', () => {
    const told = lines(
      aVerifyReport([aFinding('oci/platform', { message: 'x\n::error::y%0A::error::z\r' })]),
    );
    expect(told).toHaveLength(2);
    expect(told[1]).toContain('%250A');
  });

  it('stay within what is shown, and count the rest', () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      aFinding('oci/blob-digest', { subject: { kind: 'blob', name: `${index}` } }),
    );
    const told = lines(aVerifyReport(many));
    expect(told).toHaveLength(10);
    expect(told.at(-1)).toContain('32 more of this level');
  });

  it('are none for a pass', () => {
    expect(lines(aVerifyReport([aFinding('oci/layout', { outcome: 'pass' })]))).toEqual([]);
  });
});

describe('what follows from another finding', () => {
  const followsFrom = { id: 'container/frames', code: 'ZSTD_TRUNCATED', subject: 'a.zst' } as const;
  const cut = view(aVerifyReport([aFinding('oci/layout', { message: 'unseen', followsFrom })]));
  it.each([
    ['SARIF', renderSarif(cut, { checks, programVersion: '0.0.0' })],
    ['Markdown', renderMarkdown(cut)],
    ['JUnit', renderJunit(cut, checks)],
    ['HTML', renderHtml(cut, checks)],
    ['annotations', renderAnnotations(cut)],
  ])('is told as such in %s, without advice of its own', (_name, text) => {
    expect(text).toContain('follows from container/frames [ZSTD_TRUNCATED] of a.zst');
    expect(text).not.toMatch(/unseen[^<]*fix:/i);
  });
});
