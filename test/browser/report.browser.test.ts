import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allChecks } from '../../src/checks/all-checks.ts';
import { compareDossiers } from '../../src/report/diff/compare-dossiers.ts';
import { renderDiffHtml } from '../../src/report/diff/diff-blocks.ts';
import { renderBlocksHtml } from '../../src/report/document-blocks.ts';
import type { Dossier } from '../../src/report/dossier/dossier.ts';
import { renderDossierHtml } from '../../src/report/dossier/html/render-dossier-html.ts';
import { handoverPage } from '../../src/report/handover/handover-page.ts';
import { renderChecklist } from '../../src/report/handover/render-checklist.ts';
import { renderHtml } from '../../src/report/render-html.ts';
import { toReportView } from '../../src/report/report-view.ts';
import { aDigest, aDossier, someContents, somePackages, withDigest } from '../support/a-dossier.ts';
import { aHandover } from '../support/a-handover.ts';
import { aFinding, aVerifyReport } from '../support/a-verify-report.ts';

// The browser of the distribution; another one by name.
const browserPath =
  process.env['COWA_CHROMIUM'] ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
/** Where screenshots and PDFs stay for people to look at; nowhere without. */
const kept = process.env['COWA_SCREENSHOTS'];
const widths = [360, 800, 1400];
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const digest = aDigest('report.json');
const broken = withDigest(
  aVerifyReport(
    [
      aFinding('oci/layout', { message: 'is broken' }),
      aFinding('signature/archive', { outcome: 'undecided', message: 'no key was given' }),
      aFinding('workloads/services', { severity: 'warning', message: 'finds no pod' }),
      aFinding('checksums/complete', { outcome: 'pass', message: 'is complete' }),
    ],
    { name: 'demo.tar.zst' },
  ),
);
/** The longest words a fact has beside its name. */
const madeFromChanges: Dossier['provenance'][number] = {
  subjects: [{ name: 'demo.tar.zst', digest: aDigest('demo.tar.zst') }],
  document: { name: 'demo.tar.zst.provenance.intoto.jsonl', digest },
  state: 'accepted',
  reason: 'signed by somebody who may build',
  signers: ['key'],
  buildType: 'https://example.com/build/v1',
  builder: { id: 'https://example.com/builder', versions: [{ name: 'node', version: '26.0.0' }] },
  source: { commit: 'b'.repeat(40), state: 'unknown' },
  parameters: [{ name: 'bundle', value: '"bundles/cpu/uds-bundle.yaml"' }],
  inputs: [],
  byproducts: [],
};
const dossiers = {
  good: {
    ...aDossier({ run: { command: 'report', date: new Date(0), marking: 'EXERCISE' } }),
    provenance: [madeFromChanges],
  },
  broken: aDossier({ result: broken }),
  large: aDossier({ seen: [someContents('demo', somePackages(10_000))] }),
};
const side = (dossier: Dossier) => ({
  dossier,
  side: { location: 'a/report.json', kind: 'report', signature: { state: 'unsigned' } } as const,
});
/** Every page that people read, by name. */
const pages: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(dossiers).map(([name, dossier]) => [
      name,
      renderDossierHtml(dossier, { digest, signed: true }),
    ]),
  ),
  verdict: renderHtml(toReportView(broken, '0'), allChecks()),
  diff: renderDiffHtml(compareDossiers(side(dossiers.good), side(dossiers.broken), '0')),
  handover: renderBlocksHtml('Handover', handoverPage(aHandover)),
  checklist: renderChecklist(aHandover),
};

describe.skipIf(browserPath === undefined)(
  browserPath === undefined
    ? 'the report in a browser (skipped: no Chromium; COWA_CHROMIUM names one)'
    : 'the report in a browser',
  () => {
    let browser: Browser;
    let folder = '';
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'cowa-browser-'));
      for (const [name, text] of Object.entries(pages))
        await writeFile(join(folder, `${name}.html`), text);
      if (kept !== undefined) await mkdir(kept, { recursive: true });
      browser = await chromium.launch({
        executablePath: browserPath ?? '',
        // Root in a container has no other way.
        args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
      });
    });
    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    /** Opens a page; whatever it says, asks for or breaks is an error. */
    async function open(
      name: string,
      options: { width?: number; dark?: boolean; scripts?: boolean } = {},
    ): Promise<{ readonly page: Page; readonly complaints: string[] }> {
      const context = await browser.newContext({
        viewport: { width: options.width ?? 1400, height: 900 },
        colorScheme: options.dark === true ? 'dark' : 'light',
        javaScriptEnabled: options.scripts ?? true,
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('request', (request) => {
        if (!request.url().startsWith('file:')) complaints.push(request.url());
      });
      await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
      return { page, complaints };
    }

    it.each(
      ['good', 'broken', 'verdict', 'diff', 'handover', 'checklist'].flatMap((name) => [
        ...widths.map((width) => ({ name, width, dark: false })),
        { name, width: 1400, dark: true },
      ]),
    )('$name at $width, dark $dark: nothing for axe, no scrolling sideways', async (each) => {
      const { page, complaints } = await open(each.name, each);
      if (kept !== undefined)
        await page.screenshot({
          path: join(kept, `${each.name}-${each.width}-${each.dark ? 'dark' : 'light'}.png`),
          fullPage: true,
        });
      await page.evaluate(
        `document.querySelectorAll('details').forEach((each) => { each.open = true; })`,
      );
      await page.evaluate(axe.source);
      const found = await page.evaluate(
        `axe.run(document, { runOnly: ${JSON.stringify(rules)} }).then(({ violations }) =>
          violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 200)))`,
      );
      expect(found).toEqual([]);
      expect(
        await page.evaluate('document.documentElement.scrollWidth - innerWidth'),
      ).toBeLessThanOrEqual(0);
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    it('is read whole without scripts', async () => {
      const { page } = await open('large', { scripts: false });
      expect(await page.locator('input').count()).toBe(0);
      await page.locator('summary', { hasText: '10000 packages' }).click();
      expect(await page.locator('th', { hasText: /^package-09999$/ }).isVisible()).toBe(true);
      await page.context().close();
    });

    it('finds and sorts one of ten thousand packages', async () => {
      const { page, complaints } = await open('large');
      await page.locator('summary', { hasText: '10000 packages' }).click();
      const search = page.getByRole('searchbox', { name: 'Search packages' });
      const began = performance.now();
      await search.fill('package-07');
      await page.getByText('1000 of 10000').waitFor();
      await page.getByRole('button', { name: 'Version' }).click();
      expect(performance.now() - began).toBeLessThan(20_000);
      const versions = await page
        .locator('tr:not([hidden]) td[data-label="Version"]')
        .allTextContents();
      const sorted = versions.toSorted((a, b) =>
        new Intl.Collator('en', { numeric: true }).compare(a, b),
      );
      expect(versions).toHaveLength(1000);
      expect(versions).toEqual(sorted);
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    it.each(['A4', 'Letter'])(
      'prints on %s with everything open but the longest list',
      async (format) => {
        const { page } = await open('broken');
        const bytes = await page.pdf({ format, tagged: true });
        if (kept !== undefined) await writeFile(join(kept, `report-${format}.pdf`), bytes);
        expect(bytes.subarray(0, 5).toString('latin1')).toBe('%PDF-');
        const count = [...bytes.toString('latin1').matchAll(/\/Type\s*\/Page\b/g)].length;
        expect(count).toBeGreaterThan(2);
        expect(count).toBeLessThan(40);
        await page.context().close();
      },
    );

    it.each(
      ['A4', 'Letter'].flatMap((format) => [
        { name: 'checklist', format, most: 1 },
        { name: 'handover', format, most: 5 },
        { name: 'diff', format, most: 8 },
        { name: 'verdict', format, most: 4 },
      ]),
    )('prints $name on $most sheets of $format at most', async ({ name, format, most }) => {
      const { page } = await open(name);
      const bytes = await page.pdf({ format, tagged: true });
      if (kept !== undefined) await writeFile(join(kept, `${name}-${format}.pdf`), bytes);
      const count = [...bytes.toString('latin1').matchAll(/\/Type\s*\/Page\b/g)].length;
      expect(count).toBeLessThanOrEqual(most);
      await page.context().close();
    });

    it('has the verdict, whom it is for and what was not looked at on the first screen', async () => {
      const { page } = await open('broken');
      const tops: unknown = await page.evaluate(
        `['h1', '.who', '#unseen-h', '#open-h'].map((each) =>
          document.querySelector(each).getBoundingClientRect().top)`,
      );
      for (const top of Array.isArray(tops) ? tops : [1e9]) expect(top).toBeLessThan(900);
      expect(await page.locator('h1').textContent()).toContain('Not ready');
      expect((await readFile(join(folder, 'broken.html'), 'utf8')).length).toBeGreaterThan(1000);
      await page.context().close();
    });
  },
);
