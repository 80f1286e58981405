import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentsOf, probesOf, type SchemaNode } from '../../test/support/schema-documents.ts';
import { zarfPackageV1alpha1Schema, zarfPackageV1beta1Schema } from '../support/schemas.gen.ts';
import { parsePackageDefinition } from './parse-definition.ts';

/** JSON is YAML, so a document needs no other spelling. */
const read = (document: unknown, mode: 'authored' | 'built') =>
  parsePackageDefinition(Buffer.from(JSON.stringify(document)), mode);

describe.each([
  { version: 'zarf.dev/v1alpha1', schema: zarfPackageV1alpha1Schema },
  { version: 'zarf.dev/v1beta1', schema: zarfPackageV1beta1Schema },
])('the shape of $version', ({ version, schema }) => {
  const judge = new Ajv2020({ allErrors: true, strict: false }).compile(schema);
  // Every fifth is enough to reach each place with several values, and keeps this quick.
  const probes = [...probesOf(schema as SchemaNode)].filter(
    (document, index) =>
      typeof document === 'object' &&
      document !== null &&
      !Array.isArray(document) &&
      Reflect.get(document, 'apiVersion') === (version.endsWith('beta1') ? version : undefined) &&
      index % 5 === 0,
  );

  it('takes whatever the schema takes, and knows every member', () => {
    const taken = probes.filter((document) => judge(document));
    expect(taken.length).toBeGreaterThan(100);
    const told = taken.flatMap((document) =>
      read(document, 'built')
        .problems.filter(({ code }) => code !== 'DOCUMENT_RULE')
        .map(({ pointer, message }) => `${pointer} ${message}`),
    );
    expect(told).toEqual([]);
  });

  it('refuses every value of the wrong kind where the schema does', () => {
    const missed: string[] = [];
    for (const document of probes) {
      if (judge(document)) continue;
      const wrong = (judge.errors ?? []).filter(({ keyword, params, instancePath }) => {
        const data = at(document, instancePath);
        // Empty members are absent, and numbers may be text: both are as the readers have it.
        const isLenient =
          data === null ||
          (params['type'] === 'string' && ['number', 'boolean'].includes(typeof data));
        return keyword === 'type' && !isLenient;
      });
      const found = new Set(
        read(document, 'built')
          .problems.filter(({ severity }) => severity === 'error')
          .map(({ pointer }) => pointer),
      );
      for (const { instancePath } of wrong) if (!found.has(instancePath)) missed.push(instancePath);
    }
    expect(missed).toEqual([]);
  });

  it('never breaks, whatever it reads, and a definition being written is judged as the schema judges it', () => {
    fc.assert(
      fc.property(documentsOf(schema as SchemaNode), (document) => {
        read(document, 'built');
        const versioned = { ...Object(document), apiVersion: version };
        const faults = read(versioned, 'authored').problems.filter(
          ({ code, severity }) => code !== 'DOCUMENT_RULE' && severity === 'error',
        );
        expect(faults.length === 0).toBe(judge(versioned));
      }),
      { numRuns: 120 },
    );
  });
});

function at(document: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (value, key) => Reflect.get(Object(value), key.replaceAll('~1', '/').replaceAll('~0', '~')),
      document,
    );
}
