import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DerNode, oidOf, parseDer } from './der.ts';
import {
  derTags,
  renderDer,
  renderDerInteger,
  renderDerOid,
  renderDerSequence,
} from './der-writer.ts';

const again = ({ tag, content, children }: DerNode): Uint8Array =>
  (tag & 0x20) === 0 ? renderDer(tag, content) : renderDer(tag, ...children.map(again));

describe('what is written as DER', () => {
  it('is read again by strict rules, whatever the length', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }),
        fc.constantFrom(0, 127, 128, 255, 256, 65535, 65536),
        (parts, size) => {
          const octets = parts.map((part) => renderDer(derTags.octetString, part));
          const bytes = renderDerSequence(
            ...octets,
            renderDer(derTags.octetString, Buffer.alloc(size)),
          );
          const node = parseDer(bytes);
          expect(node.children.length).toBe(parts.length + 1);
          expect(Buffer.compare(again(node), bytes)).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('has integers that are positive and short', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 80n }), (number) => {
        const hex = number.toString(16);
        const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
        const { content } = parseDer(renderDerInteger(bytes));
        expect((content[0] ?? 0xff) & 0x80).toBe(0);
        expect(BigInt(`0x${Buffer.from(content).toString('hex')}`)).toBe(number);
      }),
      { numRuns: 50 },
    );
  });

  it.each(['1.2.840.113549.1.5.13', '2.5.4.3', '1.3.6.1.4.1.57264.1.8'])('names %s', (oid) => {
    expect(oidOf(parseDer(renderDerOid(oid)))).toBe(oid);
  });
});
