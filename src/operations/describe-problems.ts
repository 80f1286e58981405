import type { DocumentProblem } from '../support/document-problem.ts';

/** One line per problem: `file:line:column message`, the way editors and terminals link to. */
export function describeProblems(file: string, problems: readonly DocumentProblem[]): string {
  return problems
    .map((problem) => `${file}:${problem.line}:${problem.column} ${problem.message}`)
    .join('\n');
}
