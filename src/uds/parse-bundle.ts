import type { DocumentProblem } from '../support/document-problem.ts';
import { type JudgeMode, judgeSchema } from '../support/judge-schema.ts';
import { udsBundleSchema } from '../support/schemas.gen.ts';
import { parseYamlDocument } from '../support/yaml-document.ts';
import type { ParsedBundleDefinition, UdsBundle } from './bundle.ts';
import { judgeBundleRules } from './bundle-rules.ts';

/**
 * Reads a `uds-bundle.yaml`. `authored`: every departure from the schema and the rules between
 * fields is an error. `built`: only shapes that cannot be used are; `kind` and the members of
 * `build` may be absent, as the deploying program does not ask for them.
 *
 * The bundle is present whenever its shape is sound, even beside problems.
 */
export function parseUdsBundle(bytes: Uint8Array, mode: JudgeMode): ParsedBundleDefinition {
  const { document, problems } = parseYamlDocument(bytes);
  if (document === undefined || document.value === null) {
    const place = { line: 1, column: 1 };
    const message = 'the bundle definition is empty';
    const empty: DocumentProblem = {
      code: 'DOCUMENT_RULE',
      message,
      pointer: '',
      ...place,
      severity: 'error',
    };
    return {
      format: 'legacy',
      problems: problems.length > 0 ? problems : [empty],
      locate: () => place,
    };
  }
  const faults = judgeSchema(udsBundleSchema, document.value, document, mode).map((problem) =>
    mode === 'built' && isSpared(problem) ? { ...problem, severity: 'note' as const } : problem,
  );
  const locate = (pointer: string) => document.locate(pointer);
  if (!hasShape(document.value, faults)) return { format: 'legacy', problems: faults, locate };
  const bundle = document.value;
  return {
    format: 'legacy',
    bundle,
    problems: [...faults, ...judgeBundleRules(bundle, locate, mode)],
    locate,
  };
}

/** What is missing here is missed by nobody who reads a built bundle. */
function isSpared(problem: DocumentProblem): boolean {
  if (problem.code !== 'DOCUMENT_SCHEMA') return false;
  return (
    (problem.pointer === '' && problem.message.endsWith(" lacks 'kind'")) ||
    (problem.pointer === '/build' && problem.message.includes(' lacks '))
  );
}

/** A shape fault makes the value unusable; a mere pattern or an unknown key does not. */
function hasShape(value: unknown, faults: readonly DocumentProblem[]): value is UdsBundle {
  return (
    typeof value === 'object' &&
    !faults.some((fault) => fault.code === 'DOCUMENT_SCHEMA' && fault.severity === 'error')
  );
}
