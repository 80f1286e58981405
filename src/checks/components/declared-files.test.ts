import { describe, expect, it } from 'vitest';
import { aPackage, inShort } from '../../../test/support/a-package.ts';
import { runChecks } from '../run-checks.ts';
import { declaredFiles } from './declared-files.ts';

const declaring = (more: string) => aPackage().defining((text) => `${text}${more}\n`);

describe('components/declared-files', () => {
  it.each([
    ['nothing declared', aPackage(), ['not-applicable']],
    [
      'documentation there',
      declaring('documentation: {readme: readme.md}').with('documentation.tar', 'x'),
      ['pass'],
    ],
    [
      'documentation missing',
      declaring('documentation: {readme: readme.md}'),
      ['fail error DECLARED_FILE_MISSING'],
    ],
    [
      'values missing',
      declaring('values: {files: [a.yaml]}'),
      ['fail error DECLARED_FILE_MISSING'],
    ],
    [
      'a schema missing beside values that are there',
      declaring('values: {files: [a.yaml], schema: s.json}').with('values.yaml', 'a: 1'),
      ['fail error DECLARED_FILE_MISSING'],
    ],
    [
      'values nobody declared',
      aPackage().with('values.yaml', 'a: 1'),
      ['fail warning FILE_UNDECLARED', 'not-applicable'],
    ],
    [
      'an empty declaration',
      declaring('documentation: {}\nvalues: {files: []}'),
      ['not-applicable'],
    ],
    [
      'not reached',
      declaring('values: {files: [a.yaml]}').with('values.yaml', 'a: 1').cutBefore('values.yaml'),
      ['undecided'],
    ],
    ['no definition', aPackage().tampered('zarf.yaml', undefined), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(declaredFiles)).toEqual(expected);
  });

  it('in a bundle: left out although the manifest names it', () => {
    const facts = declaring('documentation: {readme: readme.md}')
      .with('documentation.tar', 'x')
      .inBundle('documentation.tar');
    expect(inShort(runChecks([declaredFiles], facts))).toEqual(['pass']);
  });
});
