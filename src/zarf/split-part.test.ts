import { describe, expect, it } from 'vitest';
import { refuseSplitPart, splitPartNumber } from './split-part.ts';

describe('splitPartNumber', () => {
  it.each([
    ['a.tar.zst.part000', 0],
    ['a.tar.zst.part012', 12],
    ['a.tar.zst.part1000', 1000],
    ['a.tar.zst', undefined],
    ['a.part01.tar.zst', undefined],
    ['a.tar.zst.part001.bak', undefined],
  ])('%s: %s', (name, number) => {
    expect(splitPartNumber(name)).toBe(number);
  });
});

describe('refuseSplitPart', () => {
  it('refuses a part and says how to join', () => {
    const part = 'a.tar.zst.part000';
    expect(() => refuseSplitPart(part)).toThrow(
      expect.objectContaining({
        code: 'ARCHIVE_SPLIT_PART',
        exitCode: 3,
        suggestions: [expect.stringContaining('> a.tar.zst')],
      }),
    );
  });

  it.each(['a.tar.zst', undefined])('takes %s', (name) => {
    expect(() => refuseSplitPart(name)).not.toThrow();
  });
});
