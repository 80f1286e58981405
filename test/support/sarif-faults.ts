import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';

/** The schema says draft-04, of which it uses nothing that later drafts read otherwise. */
const {
  $schema: _,
  id: __,
  ...sarifSchema
} = JSON.parse(
  readFileSync(join(import.meta.dirname, '../conformance/upstream/sarif-2.1.0.json'), 'utf8'),
) as Record<string, unknown>;
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
formats.default(ajv);
const isSarif = ajv.compile(sarifSchema);
/** What the schema of SARIF 2.1.0 finds wrong with a log. */
export const sarifFaults = (text: string): readonly string[] => {
  isSarif(JSON.parse(text));
  return (isSarif.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};
