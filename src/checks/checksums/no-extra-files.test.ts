import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import { noExtraFiles } from './no-extra-files.ts';

describe('checksums/no-extra-files', () => {
  it.each([
    ['only what is listed', aPackage(), ['pass']],
    ['a file nobody lists', aPackage().tampered('extra.txt', 'x'), ['fail error FILE_UNLISTED']],
    [
      'a file that provenanceFiles would exempt',
      aPackage()
        .defining((text) =>
          text.replace('build:', 'build:\n  signed: true\n  provenanceFiles: [extra.txt]'),
        )
        .tampered('extra.txt', 'x'),
      ['fail error FILE_UNLISTED'],
    ],
    [
      'a listed file that packages do not have',
      aPackage().with('extra.txt', 'x'),
      ['fail warning FILE_UNKNOWN'],
    ],
    [
      'a folder below components',
      aPackage().with('components/a/b.tar', 'x'),
      ['fail warning FILE_UNKNOWN'],
    ],
    [
      'signatures, which cannot be listed',
      aPackage().with('zarf.bundle.sig', '{}').with('zarf.yaml.sig', 'AA=='),
      ['pass'],
    ],
    [
      'every other file a package may have',
      aPackage()
        .with('sboms.tar', 'x')
        .with('documentation.tar', 'x')
        .with('values.yaml', 'x')
        .with('values.schema.json', '{}'),
      ['pass'],
    ],
    ['reading ended early', aPackage().cutBefore('zarf.yaml'), ['undecided']],
    [
      'an unlisted file before the place where reading ended',
      aPackage().tampered('extra.txt', 'x').cutBefore('zarf.yaml'),
      ['fail error FILE_UNLISTED', 'undecided'],
    ],
    ['no list', aPackage().tampered('checksums.txt', undefined), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(noExtraFiles)).toEqual(expected);
  });
});
