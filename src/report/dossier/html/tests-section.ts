import { html, type Markup } from '../../html/markup.ts';
import { digestCell, section, stateTag, table } from '../../html/tables.ts';
import type { Dossier, DossierTestResult } from '../dossier.ts';

/** What signed statements say of tests of the software. */
export function softwareTests({ testResults = [] }: Dossier): Markup {
  return section(
    'tests',
    'Tests of the software',
    testResults.length === 0
      ? html`<p><strong class="tag open">Not looked at.</strong> No signed results of tests lay with it, and nothing that was delivered is ever run.</p>`
      : html`<p class="note">This program runs nothing that was delivered: these are the words of whoever signed them.</p>`,
    testResults.length === 0
      ? html``
      : table({
          caption: 'Results',
          columns: [
            { title: 'Statement' },
            { title: 'Says', whole: true },
            { title: 'Tests' },
            { title: 'Of' },
            { title: 'Signed by' },
            { title: 'Believed' },
          ],
          rows: testResults.map((each) => ({
            cells: [
              html`${each.document.name}<br>${digestCell(each.document.digest)}`,
              resultWord(each),
              testsCell(each),
              html`${each.archives.map((name) => html`${name}<br>`)}`,
              each.signers.join(', ') || 'nobody who is trusted',
              html`${stateTag(each.state)} ${each.reason}`,
            ],
          })),
        }),
  );
}

function resultWord({ result }: DossierTestResult): Markup {
  const tone = result === 'PASSED' ? 'good' : result === 'FAILED' ? 'bad' : 'open';
  return html`<span class="tag ${tone}">${result ?? 'not read'}</span>`;
}

function testsCell({ counts, failedTests = [], files }: DossierTestResult): Markup {
  if (counts === undefined) return html`nothing of it is taken over`;
  const { passed, warned, failed } = counts;
  const more = failed - failedTests.length;
  return html`${passed} passed, ${warned} left out or warned, ${failed} failed
${failed === 0 ? undefined : html`<ul>${failedTests.map((name) => html`<li>${name}</li>`)}${more > 0 ? html`<li>and ${more} more</li>` : undefined}</ul>`}
${files.map(({ name, digest }) => html`<br>read from ${name} ${digestCell(digest)}`)}`;
}
