import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PrivateInstance } from '../../test/support/private-instance.ts';
import type { TimestampDraft } from '../../test/support/timestamp-bytes.ts';
import { oidOf, parseDer } from './der.ts';
import { renderDer, renderDerSequence } from './der-writer.ts';
import { checkTimestampReply, renderTimestampRequest } from './timestamp-request.ts';

const instance = new PrivateInstance('stamps');
const signature = Buffer.from('a signature');
const imprint = createHash('sha256').update(signature).digest();
const nonce = Buffer.from('4102030405060708', 'hex');
const replyOf = (change: Partial<TimestampDraft> = {}) =>
  instance.stamp(signature, { nonce, ...change });

describe('a request for a timestamp', () => {
  it('asks by SHA-256, with a nonce, for certificates', () => {
    const [version, message, number, certificates] = parseDer(
      renderTimestampRequest(imprint, nonce),
    ).children;
    expect(version?.content).toEqual(Buffer.of(1));
    expect(oidOf(message?.children[0]?.children[0])).toBe('2.16.840.1.101.3.4.2.1');
    expect(message?.children[1]?.content).toEqual(imprint);
    expect(number?.content).toEqual(nonce);
    expect(certificates?.content).toEqual(Buffer.of(0xff));
  });
});

describe('a reply', () => {
  it.each([{}, { status: 1 }])('is taken when it answers what was asked: %j', (change) => {
    expect(checkTimestampReply(replyOf(change), imprint, nonce)).toBeUndefined();
  });

  it.each<{ what: string; reply: () => Uint8Array; says: RegExp }>([
    { what: 'refuses', reply: () => replyOf({ status: 2 }), says: /refused \(status 02\)/ },
    {
      what: 'refuses without a token',
      reply: () => renderDerSequence(renderDerSequence(renderDer(0x02, Buffer.of(2)))),
      says: /refused/,
    },
    {
      what: 'is over something else',
      reply: () => replyOf({ digest: Buffer.alloc(32) }),
      says: /something else/,
    },
    {
      what: 'uses another digest',
      reply: () => replyOf({ imprintHash: 'sha512' }),
      says: /another kind of digest/,
    },
    {
      what: 'answers another request',
      reply: () => replyOf({ nonce: Buffer.from('4102030405060709', 'hex') }),
      says: /nonce differs/,
    },
    {
      what: 'has no nonce',
      reply: () => instance.stamp(signature),
      says: /nonce differs/,
    },
    {
      what: 'signs something else',
      reply: () => replyOf({ contentType: '1.2.3' }),
      says: /expected a timestamp/,
    },
    { what: 'is no DER', reply: () => Buffer.from('hello'), says: /no reply of RFC 3161/ },
    { what: 'is empty', reply: () => Buffer.of(), says: /no reply of RFC 3161/ },
  ])('that $what is not', ({ reply, says }) => {
    expect(checkTimestampReply(reply(), imprint, nonce)).toMatch(says);
  });
});
