import { htmlPage } from '../../html/html-page.ts';
import { html, type Markup, raw } from '../../html/markup.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { Dossier } from '../dossier.ts';
import { statusWords } from '../dossier-words.ts';
import { allChecks, controls, evidence, glossary, history } from './appendix-sections.ts';
import { howToCheck, signOff } from './closing-sections.ts';
import { contents } from './content-sections.ts';
import { effects } from './effect-sections.ts';
import { firstScreen, titleOf } from './first-screen.ts';
import { identity, trust } from './identity-sections.ts';
import { inventory, vulnerabilities } from './inventory-sections.ts';
import { decisions, origin } from './origin-sections.ts';
import { pageScript } from './page-script.ts';
import { limits, readiness } from './readiness-sections.ts';
import { softwareTests } from './tests-section.ts';

export interface DossierPage {
  /** SHA-256 of report.json. */
  readonly digest: string;
  /** A signed statement lies beside it. */
  readonly signed: boolean;
}

const chapters = [
  ['readiness', 'Readiness, criterion by criterion'],
  ['limits', 'What was not looked at'],
  ['identity', 'What was judged'],
  ['trust', 'Signatures, and who is trusted'],
  ['contents', 'What is in it'],
  ['inventory', 'What the images are made of'],
  ['vulnerabilities', 'Known vulnerabilities'],
  ['tests', 'Tests of the software'],
  ['effects', 'What it may do in the cluster'],
  ['origin', 'Where it comes from'],
  ['decisions', 'Exceptions and approvals'],
  ['controls', 'Controls this report supports'],
  ['history', 'Earlier runs'],
  ['check', 'How to check this report'],
  ['sign-off', 'Sign-off'],
  ['checks', 'Appendix: every check'],
  ['evidence', 'Appendix: files'],
  ['words', 'Appendix: words'],
] as const;

/**
 * One page with everything: no request leaves it, no script is needed to read it. The one script searches
 * and sorts tables; the page names its digest, so that no other can run.
 * @see WCAG 2.2, level AA; Content Security Policy 3
 */
export function renderDossierHtml(dossier: Dossier, { digest, signed }: DossierPage): string {
  const title = `${statusWords[dossier.verdict.status]}: ${titleOf(dossier)}`;
  const marking: Markup | undefined =
    dossier.run.marking === undefined
      ? undefined
      : html`<p class="marking">${dossier.run.marking}</p>`;
  const body = html`<a class="skip" href="#content">To the verdict</a>
<header>${marking}<p class="kicker">Release report by ${dossier.program.name} ${dossier.program.version}: may this be deployed, and why?</p></header>
<main id="content">
${firstScreen(dossier)}
<nav class="toc" aria-labelledby="toc-h"><h2 id="toc-h">Contents</h2><ol>${chapters.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>\n`)}</ol></nav>
${readiness(dossier)}
${limits(dossier)}
${identity(dossier)}
${trust(dossier)}
${contents(dossier)}
${inventory(dossier)}
${vulnerabilities(dossier)}
${softwareTests(dossier)}
${effects(dossier)}
${origin(dossier)}
${decisions(dossier)}
${controls(dossier)}
${history(dossier)}
${howToCheck(digest, signed)}
${signOff(digest, dossier)}
${allChecks(dossier)}
${evidence(dossier)}
${glossary()}
</main>
<footer><p>report.json <code>${digest}</code>. Undecided never counts as passed. What this page does not name was not looked at.</p>${marking}</footer>
<script type="application/json" id="report">${raw(inScript(canonicalJson(dossier)))}</script>
`;
  return htmlPage({ title, script: pageScript, meta: { 'report-digest': digest }, body });
}

/** JSON that cannot end the element it stands in, and is the same JSON. */
function inScript(json: string): string {
  return json.replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
