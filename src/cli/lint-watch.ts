import { relative, resolve } from 'node:path';
import { CowaError } from '../errors/families.ts';
import { forgetChanged, type LintMemory } from '../operations/lint-memory.ts';
import type { LintReport } from '../report/lint-report.ts';
import type { Run } from '../support/run.ts';
import { renderError, toErrorJson } from './error-output.ts';
import { type LintRunRequest, runLint } from './lint-run.ts';
import { folderChanges } from './wire-lint.ts';

/** Takes the cursor home and clears what stood there. */
const clearScreen = '\u001b[H\u001b[2J\u001b[3J';

/**
 * Judges, and judges again whenever something changes; only packages whose files changed are rendered again.
 * Ctrl-C ends it, without a word.
 * @returns what was judged last
 */
export async function watchLint(
  request: LintRunRequest,
  print: (text: string) => void,
  run: Run,
): Promise<LintReport> {
  let last: LintReport | undefined;
  const memory: LintMemory = new Map();
  const folder = resolve(request.path);
  const above = relative(process.cwd(), folder);
  const changes = await folderChanges(folder, run);
  const judge = async (): Promise<void> => {
    const began = performance.now();
    const text = await runLint({ ...request, clock: new Date() }, run, memory).then(
      ({ report, text: said }) => {
        last = report;
        return said;
      },
      (error: unknown) => {
        if (!(error instanceof CowaError) || run.signal.aborted) throw error;
        return renderError(toErrorJson(error), error.cause, undefined).trimEnd();
      },
    );
    const took = Math.round(performance.now() - began);
    const screen = process.stdout.isTTY ? clearScreen : '';
    print(`${screen}${text}\n  judged in ${took} ms; waiting for changes, Ctrl-C ends it`);
  };
  try {
    await judge();
    for await (const changed of changes) {
      forgetChanged(
        memory,
        new Set([...changed].map((path) => [above, path].filter(Boolean).join('/'))),
      );
      await judge();
    }
  } catch (error) {
    if (!run.signal.aborted || last === undefined) throw error;
    return last;
  }
  throw new Error('watching ended by itself');
}
