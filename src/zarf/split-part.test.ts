import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../oci/digest.ts';
import {
  parseSplitHeader,
  parseSplitName,
  refuseSplitPart,
  renderSplitHeader,
  splitPartName,
  splitPartNumber,
} from './split-part.ts';

describe('names of parts', () => {
  it.each([
    ['a.tar.zst.part000', 0],
    ['a.tar.zst.part012', 12],
    ['a.tar.zst.part1000', 1000],
    ['a.tar.zst', undefined],
    ['a.part01.tar.zst', undefined],
    ['a.tar.zst.part001.bak', undefined],
    ['.part000', undefined],
  ])('%s: %s', (name, number) => {
    expect(splitPartNumber(name)).toBe(number);
  });

  it('are made as they are read', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(1200), (stem, number) => {
        fc.pre(!stem.includes('\n') && !/[\u2028\u2029\r]/u.test(stem));
        expect(parseSplitName(splitPartName(stem, number))).toEqual({ stem, number });
      }),
    );
  });
});

describe('the header of a split archive', () => {
  const good = { digest: digestOf('whole'), size: 23_271, count: 3 };
  const text = renderSplitHeader(good);

  it('is read as it was written', () => {
    expect(parseSplitHeader(Buffer.from(text))).toEqual(good);
  });

  it.each([
    ['no JSON', 'x', 'no JSON'],
    ['a list', '[]', 'no JSON object'],
    ['a member twice', text.replace('{', '{"Count":3,'), 'no JSON'],
    ['another member', text.replace('{', '{"Next":3,'), "'Next'"],
    ['no digest', text.replace(/Sha256Sum":"./, 'Sha256Sum":"G'), 'Sha256Sum'],
    ['a digest in capitals', text.replace(/[0-9a-f]{64}/, 'A'.repeat(64)), 'Sha256Sum'],
    ['a size below zero', text.replace('23271', '-1'), 'Bytes'],
    ['a size with a fraction', text.replace('23271', '1.5'), 'Bytes'],
    ['no parts', text.replace('"Count":3', '"Count":0'), 'Count'],
    ['a count that is text', text.replace('"Count":3', '"Count":"3"'), 'Count'],
  ])('is none with %s', (_name, bytes, why) => {
    expect(parseSplitHeader(Buffer.from(bytes))).toContain(why);
  });
});

describe('refuseSplitPart', () => {
  it('refuses a part and says how to join', () => {
    const part = 'a.tar.zst.part002';
    expect(() => refuseSplitPart(part)).toThrow(
      expect.objectContaining({
        code: 'ARCHIVE_SPLIT_PART',
        exitCode: 3,
        suggestions: [expect.stringContaining('join a.tar.zst.part000')],
      }),
    );
  });

  it.each(['a.tar.zst', undefined])('takes %s', (name) => {
    expect(() => refuseSplitPart(name)).not.toThrow();
  });
});
