import { describe, expect, it } from 'vitest';
import { renderDer, renderDerOid, renderDerSequence as seq } from './der-writer.ts';
import { renderDistinguishedName } from './distinguished-name.ts';

const value = (id: string, text: string | Buffer, tag = 0x0c): Uint8Array =>
  seq(renderDerOid(id), renderDer(tag, Buffer.from(text)));
const part = (...values: readonly Uint8Array[]): Uint8Array => renderDer(0x31, ...values);
const cn = (text: string | Buffer, tag?: number) => seq(part(value('2.5.4.3', text, tag)));

describe('a distinguished name', () => {
  it.each<[string, Uint8Array, string]>([
    ['of nobody', seq(), ''],
    [
      'of two parts, the last first',
      seq(part(value('2.5.4.10', 'Example', 0x13)), part(value('2.5.4.3', 'issuing authority'))),
      'CN=issuing authority,O=Example',
    ],
    [
      'with two values in one part',
      seq(part(value('2.5.4.3', 'a'), value('2.5.4.11', 'b'))),
      'CN=a+OU=b',
    ],
    [
      'that looks like two parts',
      cn('a,O=b+C="x"\\;<>'),
      'CN=a\\,O\\=b\\+C\\=\\"x\\"\\\\\\;\\<\\>',
    ],
    ['with blanks and a hash at the ends', cn('# a '), 'CN=\\# a\\ '],
    ['with a line break', cn('a\nb'), 'CN=a\\0Ab'],
    ['with a mark that reorders text', cn('a\u202eb'), 'CN=a\\E2\\80\\AEb'],
    ['that is not UTF-8', cn(Buffer.of(0xff)), 'CN=#0c01ff'],
    ['in a text of another kind', cn(Buffer.of(0, 0x61), 0x1e), 'CN=#1e020061'],
    ['with an attribute that has no short name', seq(part(value('1.2.3', 'a'))), '1.2.3=#0c0161'],
    ['that is none', Buffer.of(0x30, 0x01), '#3001'],
    ['with a value of three', seq(part(seq(renderDerOid('2.5.4.3')))), '#3009310730050603550403'],
  ])('%s', (_name, der, text) => {
    expect(renderDistinguishedName(der)).toBe(text);
  });
});
