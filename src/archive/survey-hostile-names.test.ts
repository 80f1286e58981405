import { describe, expect, it } from 'vitest';
import { problemCodes, surveyBytes } from '../../test/support/survey-bytes.ts';
import { paxHeader, paxRecord, rawHeader, tarOf } from '../../test/support/tar-bytes.ts';

describe('tar dialects', () => {
  it.each<[string, string, Uint8Array]>([
    ['a backslash', 'TAR_NAME_INVALID', tarOf(rawHeader('a\\b', '0'))],
    ['a colon', 'TAR_NAME_INVALID', tarOf(rawHeader('a:b', '0'))],
    ['a part that ends in a dot', 'TAR_NAME_INVALID', tarOf(rawHeader('a./b', '0'))],
    ['a part that ends in a space', 'TAR_NAME_INVALID', tarOf(rawHeader('a/b ', '0'))],
    ['an empty name', 'TAR_NAME_INVALID', tarOf(rawHeader('', '0'))],
    ['a file called like a folder', 'TAR_NAME_INVALID', tarOf(rawHeader('a/', '0'))],
    ['.. that goes nowhere', 'TAR_NAME_INVALID', tarOf(rawHeader('a/../b', '0'))],
    ['a device name', 'TAR_NAME_INVALID', tarOf(rawHeader('a/com0', '0'))],
    [
      'one path in two spellings',
      'TAR_NAME_DUPLICATE',
      tarOf(rawHeader('a/b', '0'), rawHeader('./a//b', '0')),
    ],
    ['a folder twice', 'TAR_NAME_DUPLICATE', tarOf(rawHeader('a/', '5'), rawHeader('a', '5'))],
    [
      'the folder itself twice',
      'TAR_NAME_DUPLICATE',
      tarOf(rawHeader('./', '5'), rawHeader('.', '5')),
    ],
    [
      'a folder and a file of one name',
      'TAR_NAME_DUPLICATE',
      tarOf(rawHeader('a', '5'), rawHeader('a', '0')),
    ],
    [
      'a folder where a file was',
      'TAR_NAME_CONFLICT',
      tarOf(rawHeader('a', '0'), rawHeader('a/b', '5')),
    ],
    [
      'folders that differ in case',
      'TAR_NAME_CASE',
      tarOf(rawHeader('Dir/a', '0'), rawHeader('dir/b', '0')),
    ],
    [
      'names that differ in composition',
      'TAR_NAME_CASE',
      tarOf(
        paxHeader(paxRecord('path', 'é')),
        rawHeader('a', '0'),
        paxHeader(paxRecord('path', 'e\u0301')),
        rawHeader('b', '0'),
      ),
    ],
  ])('%s: %s', async (_name, code, bytes) => {
    expect(await problemCodes(bytes)).toContain(code);
  });

  it('names that are too much together', async () => {
    const deep = (index: number): string => `${index}/${'a/'.repeat(1900)}b`;
    const entries = Array.from({ length: 60 }, (_, index) =>
      Buffer.concat([paxHeader(paxRecord('path', deep(index))), rawHeader('a', '0')]),
    );
    expect(await problemCodes(tarOf(...entries))).toEqual(['LIMIT_NAME_BYTES']);
  });

  it('keeps a thousand problems of a code, and the first of another behind them', async () => {
    const links = Array.from({ length: 1500 }, (_, index) => rawHeader(`l${index}`, '1', 0, 'a'));
    const { container } = await surveyBytes(tarOf(...links, rawHeader('l0', '0')));
    expect(container.problems.map(({ code }) => code)).toEqual([
      ...Array.from({ length: 1000 }, () => 'TAR_ENTRY_TYPE'),
      'TAR_NAME_DUPLICATE',
    ]);
  });
});
