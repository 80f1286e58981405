import { describe, expect, it } from 'vitest';
import { aPackage, type PackageDraft } from '../../../test/support/a-package.ts';
import { documentsAgree } from './documents-agree.ts';

/** The definition as v1alpha1, and once more as v1beta1, changed. */
function twoDocuments(change: (beta: string) => string): PackageDraft {
  return aPackage().defining((text) => {
    const checksum = /aggregateChecksum: .*\n/.exec(text)?.[0] ?? '';
    const beta = text
      .replace(`  ${checksum}`, '')
      .replace('build:\n', `build:\n  ${checksum}`)
      .replace('    required: true\n', '')
      .replace('target:', 'destination:');
    return `${text}---\n${change(`apiVersion: zarf.dev/v1beta1\n${beta}`)}`;
  });
}

describe('definition/documents-agree', () => {
  it.each([
    ['one document', aPackage(), ['not-applicable']],
    ['two that agree', twoDocuments((text) => text), ['pass']],
    [
      'two names',
      twoDocuments((text) => text.replace('name: demo', 'name: other')),
      ['fail error DOCUMENTS_DISAGREE'],
    ],
    [
      'two lists of files',
      twoDocuments((text) => text.replace('destination: note.txt', 'destination: other.txt')),
      ['fail error DOCUMENTS_DISAGREE'],
    ],
    [
      'one of a version we do not know',
      twoDocuments((text) => text.replace('v1beta1', 'v9')),
      ['undecided'],
    ],
    ['no definition', aPackage().tampered('zarf.yaml', undefined), ['undecided']],
    ['not reached', aPackage().cutBefore('zarf.yaml'), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(documentsAgree)).toEqual(expected);
  });
});
