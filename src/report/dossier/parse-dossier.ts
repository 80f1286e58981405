import { parseJsonStrict } from '../../support/json-document.ts';
import type { Dossier } from './dossier.ts';
import { DossierError } from './dossier-error.ts';

/** Bytes of the largest report that is read. */
export const maxDossierBytes = 256 * 2 ** 20;

const objects = ['run', 'verdict', 'contents', 'sizes', 'trust', 'program'] as const;
const lists = ['notLookedAt', 'subjects', 'checks', 'waivers', 'controls', 'evidence'] as const;

/**
 * Reads an earlier `report.json`. Whether it can be believed is another question: its statement says that.
 * @throws DossierError REPORT_DOCUMENT_INVALID
 */
export function parseDossier(bytes: Uint8Array, name: string): Dossier {
  const { value, problem } = parseJsonStrict(bytes, { maxBytes: maxDossierBytes, maxDepth: 32 });
  if (problem !== undefined) throw invalid(name, problem.message);
  const report: Readonly<Record<string, unknown>> = Object(value);
  const { schema } = report;
  if (schema !== 'cowa-release/report/v1')
    throw invalid(name, `its schema is ${JSON.stringify(schema ?? null).slice(0, 80)}`);
  for (const member of objects)
    if (!isObject(report[member])) throw invalid(name, `${member} is no object`);
  for (const member of lists)
    if (!Array.isArray(report[member])) throw invalid(name, `${member} is no list`);
  const contents: Readonly<Record<string, unknown>> = Object(report['contents']);
  for (const member of ['packages', 'images', 'variables', 'permissions'])
    if (!Array.isArray(contents[member])) throw invalid(name, `contents.${member} is no list`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its schema names this very type
  return value as Dossier;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(name: string, reason: string): DossierError {
  return new DossierError(
    'REPORT_DOCUMENT_INVALID',
    `${name} is no report of this program: ${reason}`,
    { suggestions: ['Name a report.json that cowa-release report wrote'] },
  );
}
