import { renderDiffStatement } from '../attestation/diff-statement.ts';
import type { Digest } from '../oci/digest.ts';
import type { OutputFolder } from '../ports/output.ts';
import { renderDiffHtml, renderDiffMarkdown } from '../report/diff/diff-blocks.ts';
import { totalsOf } from '../report/diff/diff-words.ts';
import type { DiffSide, DossierDiff } from '../report/diff/dossier-diff.ts';
import { canonicalJson } from '../report/dossier/canonical-json.ts';
import type { Run } from '../support/run.ts';
import { writeReleaseFile } from './release-files.ts';
import type { SignOncePorts } from './sign-once.ts';
import { signStatement } from './sign-statement.ts';

/** Names of what a comparison is written as. */
export const diffFileNames = {
  json: 'diff.json',
  markdown: 'diff.md',
  html: 'diff.html',
  statement: 'diff.intoto.jsonl',
} as const;

/**
 * Writes a comparison in every form, and signs the digests of all of them where somebody does.
 * @throws SignerFailure SIGN_SELF_CHECK; OutputError
 */
export async function writeDiff(
  diff: DossierDiff,
  context: {
    readonly output: OutputFolder;
    readonly signing: SignOncePorts | undefined;
    readonly now: Date;
  },
  run: Run,
): Promise<readonly { readonly name: string; readonly digest: Digest }[]> {
  const { output, signing, now } = context;
  // One of an earlier run must not stand beside what it is not about.
  await output.remove(diffFileNames.statement);
  const files = [
    await writeReleaseFile(output, diffFileNames.json, canonicalJson(diff)),
    await writeReleaseFile(output, diffFileNames.markdown, renderDiffMarkdown(diff)),
    await writeReleaseFile(output, diffFileNames.html, renderDiffHtml(diff)),
  ];
  if (signing === undefined) return files;
  const { added, removed, changed } = totalsOf(diff.sections);
  const payload = Buffer.from(
    renderDiffStatement({
      files,
      before: sideOf(diff.before),
      after: sideOf(diff.after),
      outcome: diff.outcome,
      added,
      removed,
      changed,
      date: now.toISOString(),
      programVersion: diff.program.version,
    }),
  );
  const text = await signStatement({ payload, about: 'the comparison' }, signing, run);
  return [...files, await writeReleaseFile(output, diffFileNames.statement, text)];
}

function sideOf({ release, digest }: DiffSide) {
  return { release, ...(digest === undefined ? {} : { digest }) };
}
