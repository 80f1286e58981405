import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DerFault, oidOf, parseDer, timeOf } from './der.ts';
import { renderDer, renderDerInteger, renderDerOid, renderDerSequence } from './der-writer.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const nested = (depth: number): Uint8Array => {
  let value: Uint8Array = renderDer(0x05);
  for (let level = 0; level < depth; level += 1) value = renderDerSequence(value);
  return value;
};

describe('strict DER', () => {
  it.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['an identifier alone', '30'],
    ['a length that says more than there is', '30 02 05'],
    ['a child that ends behind its parent', '30 03 04 05 00'],
    ['bytes behind the end', '05 00 00'],
    ['a length without an end', '30 80 05 00 00 00'],
    ['a long length for a short value', '04 81 01 00'],
    ['a length with a leading zero', `04 82 00 80 ${'00'.repeat(128)}`],
    ['a length of five bytes', '04 85 00 00 00 00 01 00'],
    ['a tag of two bytes', '1f 01 00'],
    ['a string in pieces', '24 03 04 01 00'],
    ['a sequence that is not made of values', '10 00'],
    ['an end-of-contents marker', '00 00'],
    ['a boolean of 1', '01 01 01'],
    ['a boolean of two bytes', '01 02 ff ff'],
    ['an integer of no byte', '02 00'],
    ['an integer with a zero too many', '02 02 00 7f'],
    ['a negative integer with a byte too many', '02 02 ff 80'],
    ['an enumeration with a zero too many', '0a 02 00 01'],
    ['a null with content', '05 01 00'],
    ['an empty object identifier', '06 00'],
    ['an object identifier without an end', '06 02 2a 80'],
    ['an object identifier with a padded arc', '06 03 2a 80 01'],
    ['an object identifier of 65 bytes', renderDer(0x06, Buffer.alloc(65, 1))],
    ['a bit string without its first byte', '03 00'],
    ['a bit string of 8 unused bits', '03 02 08 00'],
    ['unused bits of nothing', '03 01 01'],
    ['a bit string whose unused bits are set', '03 02 04 0f'],
    ['values nested 26 deep', nested(26)],
    ['more than 8192 values', renderDerSequence(...Array(8192).fill(renderDer(0x05)))],
  ])('refuses %s', (_name, bytes) => {
    expect(() => parseDer(typeof bytes === 'string' ? hex(bytes) : bytes)).toThrow(DerFault);
  });

  it('reads 24 levels and 8192 values', () => {
    expect(() => parseDer(nested(24))).not.toThrow();
    expect(() => parseDer(renderDerSequence(...Array(8191).fill(renderDer(0x05))))).not.toThrow();
  });

  it('reads back what is written, and refuses it after any cut', () => {
    const tree = fc.letrec<{ node: Uint8Array }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.uint8Array({ maxLength: 200 }).map((bytes) => renderDer(0x04, bytes)),
        fc.uint8Array({ minLength: 1, maxLength: 20 }).map(renderDerInteger),
        fc.constant(renderDerOid('1.2.840.113549.1.9.16.1.4')),
        fc.array(tie('node'), { maxLength: 5 }).map((parts) => renderDerSequence(...parts)),
      ),
    })).node;
    fc.assert(
      fc.property(tree, fc.nat(), (bytes, cut) => {
        expect(Buffer.from(parseDer(bytes).raw).equals(bytes)).toBe(true);
        expect(() => parseDer(bytes.subarray(0, cut % bytes.length))).toThrow(DerFault);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          parseDer(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DerFault);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['06 03 55 1d 25', '2.5.29.37'],
    ['06 09 2b 06 01 04 01 83 bf 30 08', '1.3.6.1.4.1.57264.8'],
    ['06 01 00', '0.0'],
    ['06 02 88 37', '2.999'],
    ['06 0a 83 ff ff ff ff ff ff ff ff 7f', '2.36893488147419103151'],
  ])('names the object identifier %s', (bytes, dotted) => {
    expect(oidOf(parseDer(hex(bytes)))).toBe(dotted);
  });

  const time = (tag: number, text: string) => timeOf(parseDer(renderDer(tag, Buffer.from(text))));
  it.each([
    [0x17, '491231235959Z', '2049-12-31T23:59:59.000Z'],
    [0x17, '500101000000Z', '1950-01-01T00:00:00.000Z'],
    [0x18, '20260228120000Z', '2026-02-28T12:00:00.000Z'],
    [0x18, '20260228120000.5Z', '2026-02-28T12:00:00.500Z'],
    [0x18, '20260228120000.123456Z', '2026-02-28T12:00:00.123Z'],
  ])('reads the time %i %s', (tag, text, iso) => {
    expect(time(tag, text).toISOString()).toBe(iso);
  });

  it.each([
    [0x17, '20260228120000Z'],
    [0x17, '2602281200Z'],
    [0x17, '260228120000+0100'],
    [0x18, '20260228120000'],
    [0x18, '20260230120000Z'],
    [0x18, '20260228250000Z'],
    [0x18, '20260228120000.50Z'],
    [0x18, '20260228120000.Z'],
    [0x18, '20260228120000,5Z'],
    [0x0c, '20260228120000Z'],
  ])('refuses the time %i %s', (tag, text) => {
    expect(() => time(tag, text)).toThrow(DerFault);
  });
});
