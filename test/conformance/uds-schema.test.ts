import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { udsBundleSchema } from '../../src/support/schemas.gen.ts';

/** What the schema of UDS said of each document, see upstream/README.md. */
const verdicts = JSON.parse(
  readFileSync(join(import.meta.dirname, 'upstream/uds-verdicts.json'), 'utf8'),
) as { readonly taken: readonly unknown[]; readonly refused: readonly unknown[] };

const judge = new Ajv2020({ allErrors: true, strict: false }).compile(udsBundleSchema);

it('takes what the schema of UDS takes', () => {
  expect(verdicts.taken.length).toBeGreaterThan(1000);
  expect(verdicts.taken.filter((document) => !judge(document))).toEqual([]);
});

it('refuses what the schema of UDS refuses', () => {
  expect(verdicts.refused.length).toBeGreaterThan(1000);
  expect(verdicts.refused.filter((document) => judge(document))).toEqual([]);
});
