import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aDossier, someContents, somePackages } from '../../../../test/support/a-dossier.ts';
import { aFinding, aVerifyReport } from '../../../../test/support/a-verify-report.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { Dossier } from '../dossier.ts';
import { renderDossierMarkdown } from '../render-dossier-markdown.ts';
import { renderDossierHtml } from './render-dossier-html.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const page = (dossier: Dossier): string => renderDossierHtml(dossier, { digest, signed: true });
const islandIn = (html: string): string =>
  /<script type="application\/json" id="report">(.*?)<\/script>/s.exec(html)?.[1] ?? '';

const hostile = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '<!-- -->]]>&lt;b&gt;',
  '\u202egnp.exe',
  '\u2028\u2029\u0000\u001b[31m',
  '$' + '{alert(1)}',
  'javascript:alert(1)',
];

function hostileDossier(): Dossier {
  const [first, second, third, fourth, fifth, sixth, seventh] = hostile;
  const contents = someContents(
    first,
    hostile.map((name) => ({
      name,
      version: name,
      type: name,
      purl: name,
      licences: [name],
    })),
  );
  return aDossier({
    run: {
      command: 'report',
      date: new Date(0),
      audience: second ?? '',
      preparedBy: third ?? '',
      marking: fourth ?? '',
    },
    seen: [
      {
        ...contents,
        permissions: contents.permissions.map((each) => ({ ...each, text: fifth ?? '' })),
        variables: contents.variables.map((each) => ({ ...each, name: sixth ?? '' })),
        unread: [{ what: seventh ?? '', reason: first ?? '' }],
      },
    ],
    result: aVerifyReport(
      hostile.map((name) =>
        aFinding('oci/layout', { subject: { kind: 'entry', name, object: name }, message: name }),
      ),
      { name: first ?? '' },
    ),
  });
}

it('says that growth is against another flavor, and that nobody judged that report', () => {
  const release = { product: 'p', version: '1', counter: 1, date: '2026-01-01T00:00:00Z' };
  const images: readonly never[] = [];
  const of = (flavor: string) =>
    page({
      ...aDossier(),
      release: { ...release, flavor: 'gpu' },
      previous: {
        name: 'report.json',
        digest: `sha256:${'b'.repeat(64)}` as never,
        release: { ...release, flavor },
        date: '2026-01-01T00:00:00Z',
        archives: 1,
        uniqueImages: 1,
        images,
      },
    });
  expect(of('cpu')).toContain('report.json is about another flavor, cpu');
  expect(of('gpu')).not.toContain('another flavor');
  expect(of('gpu')).toContain('Nobody has held report.json against a signature');
});

describe('the page', () => {
  it('holds nothing of what a sender named as markup', () => {
    const html = page(hostileDossier());
    const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag);
    expect(scripts).toEqual(['<script type="application/json" id="report">', '<script>']);
    const shown = html.replace(islandIn(html), '');
    expect(/<img|<!--|<b>/.exec(shown)?.[0]).toBeUndefined();
    expect(
      /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u.exec(shown.replaceAll('\n', ''))?.[0],
    ).toBeUndefined();
    // Every attribute is closed by us: no tag holds an attribute we do not write.
    const attributes = new Set(
      [...shown.matchAll(/<[a-z][a-z0-9]*((?:\s[^<>]*)?)>/g)].flatMap(([, inner = '']) =>
        [...inner.matchAll(/\s([a-z-]+)(?==|\s|$)/gi)].map(([, name]) => name),
      ),
    );
    expect([...attributes].filter((name) => name?.startsWith('on'))).toEqual([]);
  });

  it('carries the report itself, and the digest of report.json', () => {
    const dossier = hostileDossier();
    const html = page(dossier);
    expect(JSON.parse(islandIn(html))).toEqual(JSON.parse(canonicalJson(dossier)));
    expect(islandIn(html)).not.toMatch(/[<>&]/);
    expect(html).toContain(`<meta name="report-digest" content="${digest}">`);
    expect(html).toContain(`${'a'.repeat(64)}  report.json`);
  });

  it('lets only its own style and its own script be', () => {
    const html = page(aDossier());
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    const hash = (text: string): string =>
      `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? '';
    const script = /<script>(.*?)<\/script>/s.exec(html)?.[1] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`style-src ${hash(style)}`);
    expect(policy).toContain(`script-src ${hash(script)}`);
    expect(policy).not.toContain('unsafe');
    expect(html).not.toMatch(
      /\sstyle="|<link|<img|<iframe|url\((?!#)|https?:\/\/[^<"]*\.(?:js|css)/,
    );
  });

  it('is the same each time, and says what was not looked at before anything else is told', () => {
    expect(page(aDossier())).toBe(page(aDossier()));
    const html = page(aDossier());
    const verdict = html.indexOf('Ready with conditions');
    const unseen = html.indexOf('Not looked at');
    expect(verdict).toBeGreaterThan(0);
    expect(unseen).toBeGreaterThan(verdict);
    expect(unseen).toBeLessThan(html.indexOf('id="readiness"'));
    expect(html.slice(0, html.indexOf('id="readiness"'))).toContain('Known vulnerabilities');
  });

  it('names on its first screen every thing that findings of one kind are about', () => {
    const warning = (name: string) =>
      aFinding('sbom/bound', {
        outcome: 'fail',
        severity: 'warning',
        subject: { kind: 'entry', name },
      });
    const all = ['api', 'api', 'vllm'].map(warning);
    const html = page(aDossier({ result: aVerifyReport(all, { name: 'demo.tar.zst' }) }));
    const first = html.slice(0, html.indexOf('id="readiness"'));
    expect(first).toContain('(and 2 more of the kind, in vllm)');
    expect(first).not.toContain('more kinds');
  });

  it('says so where nobody signed it, and names no signature then', () => {
    const html = renderDossierHtml(aDossier(), { digest, signed: false });
    expect(html).toContain('This report was not signed');
    expect(html).not.toContain('cosign verify-blob-attestation');
  });

  it('stays small enough with ten thousand packages, each of them in it', () => {
    const html = page(aDossier({ seen: [someContents('demo', somePackages(10_000))] }));
    expect(html.length).toBeLessThan(8_000_000);
    expect([...html.matchAll(/<th scope="row">package-\d{5}<\/th>/g)]).toHaveLength(10_000);
    expect(html).toContain('<details class="long"><summary>All 10000 packages</summary>');
  });
});

describe('Markdown', () => {
  it('has what a sender named in code only', () => {
    const text = renderDossierMarkdown(hostileDossier(), digest);
    const withoutCode = text.replaceAll(/(`+)[^\n]*?[^`]\1(?!`)/g, '');
    expect(withoutCode).not.toMatch(/<script|<img|javascript:/);
    expect(text).toBe(renderDossierMarkdown(hostileDossier(), digest));
  });
});
