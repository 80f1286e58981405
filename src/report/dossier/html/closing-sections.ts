import { reportPredicateType } from '../../../attestation/report-statement.ts';
import { html, type Markup } from '../../html/markup.ts';
import { section } from '../../html/tables.ts';
import type { Dossier } from '../dossier.ts';

/** How somebody who has only this file finds out whether it can be believed. */
export function howToCheck(digest: string, signed: boolean): Markup {
  const hex = digest.replace('sha256:', '');
  return section(
    'check',
    'How to check this report',
    html`<p>Every format of this report says what <code>report.json</code> says. Its SHA-256 is</p>
<pre>${hex}  report.json</pre>
<p>1. Compare it: this needs no program of ours.</p>
<pre>sha256sum report.json</pre>
<p>2. ${signed ? 'Check who signed it. The statement beside it lists the digest of every format, this page too; replace release.pub by the key of whom you expect, and have its fingerprint read to you over another way.' : 'This report was not signed: a statement beside it (report.intoto.jsonl) is made with --sign-key, and lists the digest of every format.'}</p>
${
  signed
    ? html`<pre>cosign verify-blob-attestation --key release.pub --bundle report.intoto.jsonl \\
  --type ${reportPredicateType} --insecure-ignore-tlog report.html</pre>`
    : undefined
}
<p>3. Or make it again, where the archives are: the same archives, keys, policy and time give the same bytes.</p>`,
  );
}

/** Room for names and dates, on paper. */
export function signOff(digest: string, { run }: Dossier): Markup {
  const short = digest.replace('sha256:', '').slice(0, 16);
  const box = (
    role: string,
    name: string | undefined,
  ): Markup => html`<div><p><strong>${role}</strong></p>
<p>Name: ${name ?? html`<span class="line"></span>`}</p>
<p>Date and signature:<span class="line"></span></p>
<p>Report <code>${short}…</code></p></div>
`;
  return section(
    'sign-off',
    'Sign-off',
    html`<p class="note">Who signs here confirms to have read the verdict, what was not looked at, and the open findings.</p>
<div class="sign">${box('Prepared by', run.preparedBy)}${box('Reviewed by', undefined)}</div>`,
  );
}
