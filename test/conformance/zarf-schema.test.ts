import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  zarfPackageV1alpha1Schema,
  zarfPackageV1beta1Schema,
} from '../../src/support/schemas.gen.ts';
import { documentsOf, probesOf, type SchemaNode } from '../support/schema-documents.ts';

/** The schema Zarf applies, see upstream/README.md: one form per API version. */
const upstream = JSON.parse(
  readFileSync(join(import.meta.dirname, 'upstream/zarf.schema.json'), 'utf8'),
) as {
  readonly then: SchemaNode;
  readonly else: { readonly then: SchemaNode };
};

/** Where ours refuses what theirs takes, on purpose. Nowhere is it the other way round. */
const stricter: readonly {
  readonly what: string;
  readonly why: string;
  readonly isIt: (error: ErrorObject) => boolean;
}[] = [
  {
    what: 'metadata is required',
    why: 'a package without a name has no file name and cannot be published',
    isIt: ({ keyword, instancePath, params }) =>
      keyword === 'required' && instancePath === '' && params['missingProperty'] === 'metadata',
  },
  {
    what: 'paths of chart values have the form of paths, in v1beta1 too',
    why: 'v1alpha1 asks for it, and a path without a leading dot would be found nowhere',
    isIt: ({ keyword, instancePath }) =>
      keyword === 'pattern' && /\/values\/\d+\/(source|target)Path$/.test(instancePath),
  },
];

describe.each([
  {
    version: 'v1alpha1',
    ours: zarfPackageV1alpha1Schema,
    theirs: upstream.then,
    count: 2600,
    unused: ['paths of chart values have the form of paths, in v1beta1 too'],
  },
  {
    version: 'v1beta1',
    ours: zarfPackageV1beta1Schema,
    theirs: upstream.else.then,
    count: 1600,
    unused: [],
  },
])('schema of $version', ({ ours, theirs, count, unused }) => {
  const judge = compile(ours);
  const oracle = compile(theirs);
  const explain = compile(ours, true);

  it('says the same as the schema of Zarf, or is stricter for a reason', () => {
    const documents = [
      ...fc.sample(documentsOf(theirs), { seed: 20_261_121, numRuns: count / 2 }),
      ...fc.sample(documentsOf(ours as SchemaNode), { seed: 20_261_122, numRuns: count / 2 }),
      ...probesOf(theirs),
      ...probesOf(ours as SchemaNode),
    ];
    const counted = { taken: 0, refused: 0 };
    const used = new Set<string>();
    const surprises: unknown[] = [];
    for (const document of documents) {
      const theirVerdict = oracle(document);
      const ourVerdict = judge(document);
      counted[theirVerdict ? 'taken' : 'refused'] += 1;
      if (ourVerdict === theirVerdict) continue;
      explain(document);
      const reasons = (explain.errors ?? []).map(
        (error) => stricter.find(({ isIt }) => isIt(error))?.what,
      );
      if (ourVerdict || reasons.includes(undefined))
        surprises.push({ document, ours: explain.errors, theirs: oracle.errors });
      for (const reason of reasons) if (reason !== undefined) used.add(reason);
    }
    expect(surprises.slice(0, 3)).toEqual([]);
    // Neither verdict came for want of documents, and no row of the table is idle.
    expect(Math.min(counted.taken, counted.refused)).toBeGreaterThan(count / 10);
    expect([...used, ...unused].sort()).toEqual(stricter.map(({ what }) => what).sort());
  });
});

function compile(schema: object, allErrors = false): ValidateFunction {
  return new Ajv2020({ allErrors, strict: false }).compile(schema);
}
