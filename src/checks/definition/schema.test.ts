import { describe, expect, it } from 'vitest';
import { aPackage, inShort } from '../../../test/support/a-package.ts';
import { runChecks } from '../run-checks.ts';
import { schema } from './schema.ts';

describe('definition/schema', () => {
  it.each([
    ['of the right shape', aPackage(), ['pass']],
    ['missing', aPackage().tampered('zarf.yaml', undefined), ['fail error DEFINITION_MISSING']],
    ['no YAML', aPackage().with('zarf.yaml', 'a: ['), ['fail error DOCUMENT_SYNTAX']],
    [
      'a key twice',
      aPackage().defining((text) => `${text}kind: ZarfPackageConfig\n`),
      ['fail error DOCUMENT_DUPLICATE_KEY'],
    ],
    [
      'a list where text belongs',
      aPackage().defining((text) => text.replace('name: demo', 'name: [demo]')),
      ['fail error DOCUMENT_SCHEMA'],
    ],
    [
      'a name that leaves its folder',
      aPackage().defining((text) => text.replace('name: demo', 'name: ../demo')),
      ['fail error DOCUMENT_RULE'],
    ],
    [
      'an apiVersion that never was',
      aPackage().defining((text) => `apiVersion: example.com/v1\n${text}`),
      ['fail error DOCUMENT_RULE'],
    ],
    [
      'a key that a newer program may have added',
      aPackage().defining((text) => `${text}flags: [new]\n`),
      ['fail note DOCUMENT_UNKNOWN_KEY', 'pass'],
    ],
    [
      'a newer apiVersion alone',
      aPackage().defining((text) => `apiVersion: zarf.dev/v9\n${text}`),
      ['undecided'],
    ],
    ['not reached', aPackage().cutBefore('zarf.yaml'), ['undecided']],
    ['too large to keep', aPackage().unread('zarf.yaml'), ['undecided DEFINITION_UNREAD']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(schema)).toEqual(expected);
  });

  it.each([['no package', { ...aPackage().inBundle(), packages: [] }, ['not-applicable']]])(
    'in a bundle: %s',
    (_name, facts, expected) => {
      expect(inShort(runChecks([schema], facts))).toEqual(expected);
    },
  );

  it('tells the place of a problem', () => {
    const findings = runChecks(
      [schema],
      aPackage()
        .defining((text) => text.replace('name: demo', 'name: [demo]'))
        .facts(),
    );
    expect(findings[0]?.subject).toMatchObject({
      kind: 'entry',
      name: 'zarf.yaml',
      line: 3,
      column: 9,
    });
  });
});
