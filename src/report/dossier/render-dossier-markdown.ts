import { formatSize } from '../../support/format-size.ts';
import { codeSpan, plainMarkdown } from '../markdown-text.ts';
import type { Dossier } from './dossier.ts';
import { criterionWords, recommendationWords, statusWords } from './dossier-words.ts';
import { titleOf } from './html/first-screen.ts';
import { nextSteps } from './next-steps.ts';
import { sameRecommendations } from './recommend-packages.ts';
import { type WhoSigned, whoSigned } from './who-signed.ts';

/** Results that are told one by one; the rest is counted. */
const maxResults = 100;

/** The report for people who read text: the same facts in the same order, without the longest lists. */
export function renderDossierMarkdown(dossier: Dossier, digest: string): string {
  const { verdict, run, notLookedAt, checks, contents, subjects, program } = dossier;
  const open = checks.filter(({ role }) => role !== 'pass' && role !== 'not-applicable');
  const lines = [
    ...(run.marking === undefined ? [] : [`**${plainMarkdown(run.marking)}**`, '']),
    `# ${statusWords[verdict.status]}: ${codeSpan(titleOf(dossier))}`,
    '',
    plainMarkdown(verdict.words),
    '',
    ...nextSteps(dossier).map(({ text }, index) => `${index + 1}. ${plainMarkdown(text)}`),
    '',
    ...bullets([
      ['For whom', run.audience ?? dossier.release?.audience?.join(', ') ?? 'nobody in particular'],
      ['Date', run.date],
      ...(run.preparedBy === undefined ? [] : [['Prepared by', run.preparedBy] as const]),
      ['Policy', `${run.policy.name} (${run.policy.digest})`],
      ['Program', `${program.name} ${program.version}, without a network`],
      ...(run.insecure.length === 0 ? [] : [['Weakened by', run.insecure.join(', ')] as const]),
      ['report.json', digest],
    ]),
    '',
    '## What was not looked at',
    '',
    ...notLookedAt.map(({ what, why }) => `- ${codeSpan(what)}: ${codeSpan(why)}`),
    '',
    '## Readiness',
    '',
    ...mdTable(
      ['Criterion', 'Status', 'Evidence', 'Caveat'],
      verdict.criteria.map(({ title, status, evidence, caveat }) => [
        plainMarkdown(title),
        criterionWords[status],
        cell(evidence),
        cell(caveat),
      ]),
    ),
    '',
    ...mdTable(
      ['Package', 'In', 'Recommendation', 'Because'],
      sameRecommendations(verdict.packages).map(
        ({ package: name, version, archives, recommendation, reasons }) => [
          cell(`${name} ${version ?? ''}`.trim()),
          archives.map(cell).join('<br>'),
          recommendationWords[recommendation],
          reasons.map(cell).join('<br>'),
        ],
      ),
    ),
    '',
    '## Results that did not simply pass',
    '',
    ...(open.length === 0 ? ['None.'] : []),
    ...open
      .slice(0, maxResults)
      .map(
        ({ role, id, subject, message, evidence }) =>
          `- **${role}** ${codeSpan(id)} ${codeSpan(subject.name)}: ${codeSpan(message)}${evidence[0] === undefined ? '' : ` (${codeSpan(evidence[0])})`}`,
      ),
    ...(open.length > maxResults ? [`- ${open.length - maxResults} more: report.json`] : []),
    '',
    '## What was judged',
    '',
    ...mdTable(
      ['File', 'Size', 'SHA-256'],
      subjects.map(({ name, size, digest: own }) => [
        cell(name),
        formatSize(size),
        cell(own ?? 'none'),
      ]),
    ),
    '',
    '## Who signed',
    '',
    ...mdTable(
      ['Signer', 'Known by', 'Signatures count', 'Time that others vouch for', 'Signed'],
      whoSigned(dossier.trust).map(({ name, role, knownBy, counts, stampedTimes, signed }) => [
        cell(role === undefined ? name : `${name}, as ${role}`),
        cell(knownBy),
        cell(counts),
        cell(stampedTimes.join(', ') || 'none'),
        signed.map(cell).join('<br>'),
      ]),
    ),
    '',
    ...whoSigned(dossier.trust).flatMap(certificates),
    '## Images',
    '',
    ...mdTable(
      ['Image', 'Size', 'Packages listed', 'Digest'],
      contents.images.map(({ reference, size, sbom, digest: own }) => [
        cell(reference),
        formatSize(size),
        sbom === undefined ? 'not looked at' : String(sbom.packages.length + (sbom.more ?? 0)),
        cell(own),
      ]),
    ),
    '',
    '## Controls this report supports',
    '',
    'No control is satisfied by a report: that is for its owner to say.',
    '',
    ...mdTable(
      ['Framework', 'Control', 'This report', 'What is missing'],
      dossier.controls.map(({ framework, version, id, state, gaps }) => [
        cell(`${framework} ${version}`),
        cell(id),
        state === 'supported' ? 'supports' : state === 'partly' ? 'supports in part' : 'no support',
        cell(gaps.join('; ')),
      ]),
    ),
    '',
  ];
  return `${lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

/** The chain of whoever signed with a certificate, and when it signed. */
function certificates({ name, certificate }: WhoSigned): readonly string[] {
  if (certificate === undefined) return [];
  const { chain, whenSigned, source } = certificate;
  return [
    `Certificates of ${codeSpan(name)}: ${plainMarkdown(whenSigned)} ${plainMarkdown(source)}`,
    '',
    ...(chain.length === 0
      ? []
      : mdTable(
          ['Certificate', 'Of', 'Issued by', 'SHA-256', 'Serial number', 'Valid'],
          chain.map(({ place, subject, issuer, sha256, serialNumber, notBefore, notAfter }) => [
            place,
            cell(subject),
            cell(issuer),
            cell(sha256),
            cell(serialNumber),
            cell(`${notBefore} to ${notAfter}`),
          ]),
        )),
    '',
  ];
}

function bullets(list: readonly (readonly [string, string])[]): readonly string[] {
  return list.map(([label, value]) => `- ${label}: ${codeSpan(value)}`);
}

/** A cell that cannot end its column. */
function cell(text: string): string {
  return text === '' ? '' : codeSpan(text).replaceAll('|', '\\|');
}

function mdTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return ['None.'];
  return [
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ];
}
