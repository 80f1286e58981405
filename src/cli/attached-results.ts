import { UsageError } from '../errors/families.ts';
import { type AttachedResult, attachedResult } from '../operations/attached-results.ts';
import { workspaceIn } from './wire.ts';

/** Results that cannot be told apart. */
class AttachResultError extends UsageError<'ATTACH_RESULT_NAME'> {}

const maxResultBytes = 16 * 2 ** 20;

/**
 * Reads `--attach-result name=path`.
 * @throws AttachResultError ATTACH_RESULT_NAME; WorkspaceError WORKSPACE_MISSING and others; StatementError STATEMENT_RESULT
 */
export async function readResults(given: readonly string[]): Promise<readonly AttachedResult[]> {
  const results: AttachedResult[] = [];
  for (const text of given) {
    const [, name, path] = /^([a-z0-9][a-z0-9-]{0,62})=(.+)$/s.exec(text) ?? [];
    if (name === undefined || path === undefined || results.some((each) => each.name === name)) {
      throw new AttachResultError(
        'ATTACH_RESULT_NAME',
        `'${text.slice(0, 200)}' is no result with a name of its own: expected <name>=<path>`,
        { suggestions: ['Names are of a-z, 0-9 and -: --attach-result unit=junit.xml'] },
      );
    }
    const bytes = await (await workspaceIn('.')).read(path, maxResultBytes);
    results.push(attachedResult(name, Buffer.from(bytes), path));
  }
  return results;
}
