import { applyFixes } from '../lint/apply-fixes.ts';
import type { TextEdit } from '../lint/lint-check.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { LintReport } from '../report/lint-report.ts';

/** Files as they would be once what can be mended is mended. */
export interface MendedDefinitions {
  /** Only those that change, sorted by path. */
  readonly files: readonly {
    readonly path: string;
    readonly before: string;
    readonly after: string;
  }[];
  /** Findings that are mended by that. */
  readonly mended: number;
  /** Why others were not: they touch each other, or a file changed meanwhile. */
  readonly refused: readonly string[];
}

const maxFileBytes = 2 ** 22;

/** Puts the fixes of failures into the texts they are about; writes nothing. What is waived is left alone. */
export async function mendDefinitions(
  { findings }: Pick<LintReport, 'findings'>,
  workspace: Workspace,
): Promise<MendedDefinitions> {
  const fixes = findings
    .filter(({ outcome, waiver }) => outcome === 'fail' && waiver === undefined)
    .flatMap(({ fix }): readonly (readonly TextEdit[])[] => (fix === undefined ? [] : [fix]));
  const texts = new Map<string, string>();
  for (const { file } of fixes.flat())
    if (!texts.has(file))
      texts.set(file, Buffer.from(await workspace.read(file, maxFileBytes)).toString('utf8'));
  const { texts: changed, applied, refused } = applyFixes(texts, fixes);
  return {
    files: [...changed]
      .map(([path, after]) => ({ path, before: texts.get(path) ?? '', after }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    mended: applied.length,
    refused: refused.map(({ reason }) => reason),
  };
}
