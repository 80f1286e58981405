import type { DocumentProblem } from '../support/document-problem.ts';
import { type JudgeMode, judgeSchema } from '../support/judge-schema.ts';
import { udsBundleSchema } from '../support/schemas.gen.ts';
import { parseYamlDocument, type YamlDocument } from '../support/yaml-document.ts';
import type { ParsedBundleDefinition, UdsBundle } from './bundle.ts';
import { judgeBundleRules } from './bundle-rules.ts';
import { type BuiltValue, readBuiltBundle } from './read-built.ts';

/**
 * Reads a `uds-bundle.yaml`. `authored`: every departure from the schema and the rules between
 * fields is an error. `built`: only shapes that cannot be used are; `kind` and the members of
 * `build` may be absent, as the deploying program does not ask for them, and members without a value
 * count as absent.
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
  const { value, problems: faults } = judge(document, mode);
  const locate = (pointer: string) => document.locate(pointer);
  if (!hasShape(value, faults)) return { format: 'legacy', problems: faults, locate };
  return {
    format: 'legacy',
    bundle: value,
    problems: [...faults, ...judgeBundleRules(value, locate, mode)],
    locate,
  };
}

function judge(document: YamlDocument, mode: JudgeMode): BuiltValue {
  if (mode === 'authored') {
    const { value } = document;
    return { value, problems: judgeSchema(udsBundleSchema, value, document, mode) };
  }
  const { value, problems } = readBuiltBundle(document);
  return {
    value,
    problems: problems.map((each) => (isSpared(each) ? { ...each, severity: 'note' } : each)),
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
