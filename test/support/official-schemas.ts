import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { SbomFormat } from '../../src/sbom/sbom-names.ts';

const cycloneDx = join(
  dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')),
  'res/schema',
);
const pinned = join(import.meta.dirname, '../conformance/upstream');
const options = { strict: false, allErrors: true };

const compile: Readonly<Record<SbomFormat, () => ValidateFunction>> = {
  cyclonedx: () => {
    const ajv = withFormats(new Ajv(options));
    for (const name of ['spdx', 'jsf-0.82'])
      ajv.addSchema(
        read(cycloneDx, `${name}.SNAPSHOT.schema.json`),
        `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`,
      );
    return ajv.compile(read(cycloneDx, 'bom-1.6.SNAPSHOT.schema.json'));
  },
  spdx: () => withFormats(new Ajv(options)).compile(read(pinned, 'spdx-2.3.schema.json')),
  syft: () => withFormats(new Ajv2020(options)).compile(read(pinned, 'syft-16.1.10.schema.json')),
};
const compiled = new Map<SbomFormat, ValidateFunction>();

/** What the official schema of a format says against a document: CycloneDX 1.6, SPDX 2.3, Syft JSON 16.1.10. */
export function sbomFaults(format: SbomFormat, bytes: Uint8Array): readonly string[] {
  const validate = compiled.get(format) ?? compile[format]();
  compiled.set(format, validate);
  const document: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  if (validate(document)) return [];
  return (validate.errors ?? []).map((each) => `${each.instancePath} ${each.message ?? ''}`);
}

function withFormats<Validator extends Ajv | Ajv2020>(ajv: Validator): Validator {
  formats.default(ajv);
  ajv.addFormat('iri-reference', (text: string) => !/[\s<>"{}|\\^`]/.test(text));
  ajv.addFormat('idn-email', (text: string) => /^[^@\s]+@[^@\s]+$/.test(text));
  return ajv;
}

function read(folder: string, name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}
