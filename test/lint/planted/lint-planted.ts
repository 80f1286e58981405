import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { MemoryWorkspace } from '../../../src/adapters/memory/workspace.ts';
import { allChecks } from '../../../src/checks/all-checks.ts';
import { lintDefinitions } from '../../../src/operations/lint-definitions.ts';
import type { LintMemory } from '../../../src/operations/lint-memory.ts';
import { parsePolicy } from '../../../src/policy/parse-policy.ts';
import { builtInPolicy } from '../../../src/policy/policy.ts';
import type { LintReport } from '../../../src/report/lint-report.ts';
import type { Edit } from './edit.ts';

const root = join(import.meta.dirname, '../../../bundles');
const run = { signal: new AbortController().signal };
/** What no edit touches is looked at once for all. */
const memory: LintMemory = new Map();

/** Our own definitions, by path as `lint bundles` names it. */
export const sound: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => [`bundles/${path.slice(root.length + 1)}`, readFileSync(path, 'utf8')]),
);

/** Edits put in, one after the other. */
export function edited(
  edits: readonly Edit[],
  files: Readonly<Record<string, string>> = sound,
): Record<string, string> {
  const changed: Record<string, string> = { ...files };
  for (const edit of edits) {
    const path = posix.join('bundles', edit.file);
    const text = changed[path] ?? '';
    if ('add' in edit) changed[path] = `${text}${edit.add}`;
    else {
      if (!text.includes(edit.from)) throw new Error(`${edit.file} does not hold: ${edit.from}`);
      changed[path] = text.replace(edit.from, () => edit.to);
    }
  }
  return changed;
}

/** What `lint bundles` finds in them. */
export async function lintFiles(files: Readonly<Record<string, string>>): Promise<LintReport> {
  const changed = Object.keys({ ...sound, ...files }).filter((path) => files[path] !== sound[path]);
  const before: LintMemory = new Map();
  if (!changed.some((path) => path.endsWith('cowa-release.yaml')))
    for (const [key, known] of memory) {
      const touched = changed.some(
        (path) => known.touched.has(path) || path.startsWith(`${folderOf(key)}/`),
      );
      if (!touched) before.set(key, known);
    }
  const { policy } = parsePolicy(Buffer.from(files['bundles/policy.yaml'] ?? ''), allChecks());
  const report = await lintDefinitions(
    {
      path: 'bundles',
      programVersion: '0.0.0',
      memory: before,
      // Waivers of the policy hold on that day, whenever the tests run.
      clock: new Date('2026-12-01T00:00:00Z'),
      policy:
        policy === undefined
          ? builtInPolicy
          : { ...policy, origin: { location: 'bundles/policy.yaml', digest: '' } },
    },
    { workspace: new MemoryWorkspace(files) },
    run,
  );
  if (changed.length === 0) for (const [key, known] of before) memory.set(key, known);
  return report;
}

/** Of the definition a job is about. */
function folderOf(key: string): string {
  const [file] = JSON.parse(key);
  return posix.dirname(String(file));
}
