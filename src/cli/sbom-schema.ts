import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Ajv, ValidateFunction } from 'ajv';
import { spdxShape, syftShape } from '../sbom/document-schemas.ts';
import type { ReadSbom } from '../sbom/read-sbom.ts';
import { uniqueItems } from './unique-items.ts';

/** What a schema says against a document. */
export interface SchemaVerdict {
  readonly faults: readonly string[];
  /** It is the one its format publishes; otherwise what this program needs of it. */
  readonly official: boolean;
}

/** Holds a document to the schema of its format; undefined for versions without one here. */
export async function judgeBySchema(
  document: unknown,
  format: ReadSbom['format'],
  specVersion: string,
): Promise<SchemaVerdict | undefined> {
  const ajv = await newAjv();
  switch (format) {
    case 'cyclonedx':
      return /^1\.[2-7]$/.test(specVersion)
        ? { faults: faultsOf(await cycloneDx(ajv, specVersion), document), official: true }
        : undefined;
    case 'spdx':
      return /^2\.[23]$/.test(specVersion)
        ? { faults: faultsOf(ajv.compile(spdxShape), document), official: false }
        : undefined;
    case 'syft':
      return { faults: faultsOf(ajv.compile(syftShape), document), official: false };
  }
}

async function newAjv(): Promise<Ajv> {
  const { Ajv } = await import('ajv');
  const formats = await import('ajv-formats');
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default.default(ajv);
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: uniqueItems,
  });
  ajv.addFormat('iri-reference', (text: string) => !/[\s<>"{}|\\^`]/.test(text));
  ajv.addFormat('idn-email', (text: string) => /^[^@\s]+@[^@\s]+$/.test(text));
  return ajv;
}

async function cycloneDx(ajv: Ajv, specVersion: string): Promise<ValidateFunction> {
  const library = createRequire(import.meta.url).resolve(
    '@cyclonedx/cyclonedx-library/package.json',
  );
  const read = async (name: string): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(join(dirname(library), 'res/schema', name), 'utf8'));
  for (const name of ['spdx', 'jsf-0.82', ...(specVersion === '1.7' ? ['cryptography-defs'] : [])])
    ajv.addSchema(
      await read(`${name}.SNAPSHOT.schema.json`),
      `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`,
    );
  return ajv.compile(await read(`bom-${specVersion}.SNAPSHOT.schema.json`));
}

function faultsOf(validate: ValidateFunction, document: unknown): readonly string[] {
  if (validate(document)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath || 'the document'} ${message ?? 'is wrong'}`,
  );
}
