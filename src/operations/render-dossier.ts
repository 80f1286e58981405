import { renderReportStatement } from '../attestation/report-statement.ts';
import type { DescribedCheck } from '../checks/all-checks.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import { canonicalJson } from '../report/dossier/canonical-json.ts';
import type { Dossier } from '../report/dossier/dossier.ts';
import { renderDossierHtml } from '../report/dossier/html/render-dossier-html.ts';
import { renderDossierMarkdown } from '../report/dossier/render-dossier-markdown.ts';
import { renderOscal } from '../report/dossier/render-oscal.ts';
import { renderJunit } from '../report/render-junit.ts';
import { renderSarif } from '../report/render-sarif.ts';
import { toReportView } from '../report/report-view.ts';
import type { VerifyResult } from '../report/verify-list-report.ts';
import type { Run } from '../support/run.ts';
import type { SignOncePorts } from './sign-once.ts';
import { signStatement } from './sign-statement.ts';

/** Name of the signed statement over all files of a report. */
export const reportStatementName = 'report.intoto.jsonl';

/** Every file a report may consist of. */
export const dossierFileNames: readonly string[] = [
  'report.json',
  'report.html',
  'report.md',
  'report.sarif',
  'report.junit.xml',
  'report.oscal.json',
  reportStatementName,
];

/** A file of a report. */
export interface DossierFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

export interface RenderDossierContext {
  /** The catalogue. */
  readonly checks: readonly DescribedCheck[];
  readonly programVersion: string;
  /** A signed statement will lie beside. */
  readonly signed: boolean;
}

/** Every format of a report, in one order: the same report gives the same bytes. */
export function renderDossier(
  dossier: Dossier,
  result: VerifyResult,
  { checks, programVersion, signed }: RenderDossierContext,
): readonly DossierFile[] {
  const json = Buffer.from(canonicalJson(dossier));
  const digest = digestOf(json);
  const view = toReportView(result, programVersion);
  return [
    fileOf('report.json', json),
    fileOf('report.html', renderDossierHtml(dossier, { digest, signed })),
    fileOf('report.md', renderDossierMarkdown(dossier, digest)),
    fileOf('report.sarif', renderSarif(view, { checks, programVersion })),
    fileOf('report.junit.xml', renderJunit(view, checks)),
    fileOf('report.oscal.json', renderOscal(dossier, digest)),
  ];
}

function fileOf(name: string, content: string | Uint8Array): DossierFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return { name, bytes, digest: digestOf(bytes) };
}

/**
 * The signed statement over the files of a report, as a bundle that cosign reads.
 * @throws SignerFailure SIGN_SELF_CHECK
 */
export async function signDossier(
  dossier: Dossier,
  files: readonly DossierFile[],
  signing: Pick<SignOncePorts, 'signer' | 'judge'>,
  run: Run,
): Promise<DossierFile> {
  const { verdict, subjects, program } = dossier;
  const payload = Buffer.from(
    renderReportStatement({
      files: files.map(({ name, digest }) => ({ name, digest })),
      about: subjects.flatMap(({ kind, name, digest }) =>
        kind === 'file' || digest === undefined ? [] : [{ name, digest }],
      ),
      status: verdict.status,
      outcome: verdict.outcome,
      words: verdict.words,
      date: dossier.run.date,
      programVersion: program.version,
    }),
  );
  const bundle = await signStatement({ payload, about: 'the report' }, signing, run);
  return fileOf(reportStatementName, bundle);
}
