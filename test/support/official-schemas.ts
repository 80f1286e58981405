import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

const folder = join(
  dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')),
  'res/schema',
);
const namespace = 'http://cyclonedx.org/schema/';

let cycloneDx: ValidateFunction | undefined;

/** What the official schema of CycloneDX 1.6 says against a document; nothing where it is valid. */
export function cycloneDxFaults(bytes: Uint8Array): readonly string[] {
  cycloneDx ??= compiled('bom-1.6.SNAPSHOT.schema.json', [
    'spdx.SNAPSHOT.schema.json',
    'jsf-0.82.SNAPSHOT.schema.json',
  ]);
  const document: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  if (cycloneDx(document)) return [];
  return (cycloneDx.errors ?? []).map((each) => `${each.instancePath} ${each.message ?? ''}`);
}

function compiled(main: string, others: readonly string[]): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addFormat('iri-reference', (text: string) => !/[\s<>"{}|\\^`]/.test(text));
  ajv.addFormat('idn-email', (text: string) => /^[^@\s]+@[^@\s]+$/.test(text));
  for (const name of others) ajv.addSchema(read(name), `${namespace}${name}`);
  return ajv.compile(read(main));
}

function read(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}
