import type { EvidenceArea } from '../checks/check.ts';
import type { PolicyDefinition } from '../config/release-definition.ts';
import type { DocumentProblem } from '../support/document-problem.ts';
import { judgeSchema } from '../support/judge-schema.ts';
import { policySchema } from '../support/schemas.gen.ts';
import { parseYamlDocument } from '../support/yaml-document.ts';
import { parseByteSize } from './byte-size.ts';
import { builtInPolicy, type Policy, type SizeBudget } from './policy.ts';

export interface ParsedPolicy {
  readonly policy?: Omit<Policy, 'origin'>;
  readonly problems: readonly DocumentProblem[];
}

/** Reads and judges a `policy.yaml`. The policy is present only when no problem is an error. */
export function parsePolicy(bytes: Uint8Array): ParsedPolicy {
  const { document, problems } = parseYamlDocument(bytes);
  if (document === undefined) return { problems };
  const faults = judgeSchema(policySchema, document.value, document, 'authored');
  if (faults.length > 0) return { problems: faults };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has just proven the shape
  const definition = document.value as PolicyDefinition;
  const found: DocumentProblem[] = [];
  const budgets = (definition.budgets ?? []).map(({ kind, name, min, max }, index): SizeBudget => {
    const minBytes = parseByteSize(min);
    const maxBytes = parseByteSize(max);
    if (minBytes !== undefined && maxBytes !== undefined && minBytes > maxBytes) {
      const pointer = `/budgets/${index}`;
      found.push({
        code: 'DOCUMENT_RULE',
        message: 'the least size is above the greatest',
        pointer,
        ...document.locate(pointer),
        severity: 'error',
      });
    }
    return {
      kind,
      pattern: name,
      ...(minBytes === undefined ? {} : { minBytes }),
      ...(maxBytes === undefined ? {} : { maxBytes }),
    };
  });
  if (found.length > 0) return { problems: found };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema knows the areas
  const named = definition.required as readonly EvidenceArea[] | undefined;
  const required = named ?? builtInPolicy.required;
  return { policy: { required, budgets }, problems: [] };
}
