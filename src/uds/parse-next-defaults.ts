import type { DocumentProblem } from '../support/document-problem.ts';
import { decodeUtf8 } from '../support/json-document.ts';
import { evaluateHcl } from './hcl/evaluate-hcl.ts';
import { HclFault, type HclPlace } from './hcl/hcl-syntax.ts';
import { type HclBudget, type HclValue, hclBudget, isObject } from './hcl/hcl-values.ts';
import { parseHcl } from './hcl/parse-hcl.ts';

/**
 * Judges a `defaults.uds.hcl`: one attribute `variables`, an object without null. Never throws.
 * @returns the names it sets, sorted, and all that is wrong
 * @see shared reference of the UDS bundle format, 1.5
 */
export function parseNextDefaults(bytes: Uint8Array): {
  readonly names: readonly string[];
  readonly problems: readonly DocumentProblem[];
} {
  const decoded = decodeUtf8(bytes);
  if (decoded.problem !== undefined) return { names: [], problems: [decoded.problem] };
  const problems: DocumentProblem[] = [];
  const report = (code: DocumentProblem['code'], place: HclPlace, message: string): void => {
    problems.push({ code, message, pointer: '', ...place, severity: 'error' });
  };
  let names: readonly string[] = [];
  try {
    const { attributes, blocks } = parseHcl(decoded.text);
    for (const { type, place } of blocks)
      report(
        'DOCUMENT_SCHEMA',
        place,
        `a block '${type}' in a file of defaults, which holds 'variables' alone`,
      );
    for (const { name, value, place } of attributes) {
      if (name !== 'variables') {
        report(
          'DOCUMENT_SCHEMA',
          place,
          `an attribute '${name}' in a file of defaults, which holds 'variables' alone`,
        );
        continue;
      }
      const budget = hclBudget();
      const variables = evaluateHcl(value, () => undefined, budget);
      if (!isObject(variables))
        report('DOCUMENT_SCHEMA', value.place, "'variables' must be an object");
      else {
        names = [...variables.keys()].sort();
        if (holdsNull(variables, budget, value.place))
          report('DOCUMENT_SCHEMA', value.place, 'a variable is null');
      }
    }
  } catch (error) {
    if (error instanceof RangeError)
      report('DOCUMENT_DEPTH', { line: 1, column: 1 }, 'nested too deeply to be read');
    else if (error instanceof HclFault) report(error.code, error.place, error.message);
    else throw error;
  }
  return { names, problems };
}

function holdsNull(value: HclValue, budget: HclBudget, place: HclPlace): boolean {
  // Lists may share their parts, so a small file can lead to very many values.
  if (--budget.steps < 0)
    throw new HclFault(
      'DOCUMENT_ALIAS_LIMIT',
      place,
      'the file computes more than any definition needs',
    );
  if (isObject(value)) return [...value.values()].some((item) => holdsNull(item, budget, place));
  return Array.isArray(value)
    ? value.some((item: HclValue) => holdsNull(item, budget, place))
    : value === null;
}
