import { describe, expect, it } from 'vitest';
import { aPackage } from '../../../test/support/a-package.ts';
import { form } from './form.ts';

const hex = '0'.repeat(64);

describe('checksums/form', () => {
  it.each([
    ['well formed', aPackage(), ['pass']],
    [
      'two spaces',
      aPackage().with('checksums.txt', `${hex}  a.txt\n`),
      ['fail error DOCUMENT_SYNTAX'],
    ],
    [
      'a path with a space',
      aPackage().with('checksums.txt', `${hex} a b.txt\n`),
      ['fail error DOCUMENT_SYNTAX'],
    ],
    [
      'upper-case digits',
      aPackage().with('checksums.txt', `${'A'.repeat(64)} a.txt\n`),
      ['fail error DOCUMENT_SYNTAX'],
    ],
    [
      'line ends of Windows',
      aPackage().with('checksums.txt', `${hex} a.txt\r\n`),
      ['fail error DOCUMENT_RULE'],
    ],
    [
      'a path twice',
      aPackage().with('checksums.txt', `${hex} a.txt\n${hex} a.txt\n`),
      ['fail error DOCUMENT_DUPLICATE_KEY'],
    ],
    [
      'a path that climbs',
      aPackage().with('checksums.txt', `${hex} ../a.txt\n`),
      ['fail error DOCUMENT_RULE'],
    ],
    [
      'an absolute path',
      aPackage().with('checksums.txt', `${hex} /a.txt\n`),
      ['fail error DOCUMENT_RULE'],
    ],
    [
      'the definition in the list',
      aPackage().with('checksums.txt', `${hex} zarf.yaml\n`),
      ['fail error DOCUMENT_RULE'],
    ],
    [
      'bytes that are no UTF-8',
      aPackage().with(
        'checksums.txt',
        Buffer.concat([Buffer.from(`${hex} a`), Buffer.from([0xff])]),
      ),
      ['fail error DOCUMENT_ENCODING'],
    ],
    [
      'a path that begins with ./',
      aPackage().with('checksums.txt', `${hex} ./a.txt\n`),
      ['fail warning DOCUMENT_RULE'],
    ],
    [
      'blank lines and no last line end',
      aPackage().with('checksums.txt', `\n\n${hex} a.txt`),
      ['pass'],
    ],
    ['not there to be read', aPackage().tampered('checksums.txt', undefined), ['undecided']],
    ['what the archive is could not be told', aPackage().with('index.json', '{}'), ['undecided']],
  ])('%s', (_name, draft, expected) => {
    expect(draft.judgedBy(form)).toEqual(expected);
  });
});
