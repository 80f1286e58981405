import { contentOf, DerFault, type DerNode, oidOf, parseDer } from './der.ts';
import {
  derTags,
  renderDer,
  renderDerInteger,
  renderDerOid,
  renderDerSequence,
} from './der-writer.ts';

const sha256 = '2.16.840.1.101.3.4.2.1';
const signedData = '1.2.840.113549.1.7.2';
const tstInfo = '1.2.840.113549.1.9.16.1.4';

/**
 * Asks for a timestamp over a SHA-256, with the certificates of who gives it.
 * @param nonce big-endian bytes of a positive integer
 * @see RFC 3161 §2.4.1
 */
export function renderTimestampRequest(imprint: Uint8Array, nonce: Uint8Array): Uint8Array {
  return renderDerSequence(
    renderDerInteger(Buffer.of(1)),
    renderDerSequence(
      renderDerSequence(renderDerOid(sha256), renderDer(derTags.null)),
      renderDer(derTags.octetString, imprint),
    ),
    renderDerInteger(nonce),
    renderDer(derTags.boolean, Buffer.of(0xff)),
  );
}

/**
 * Compares a reply with what was asked. Its signature is not looked at.
 * @returns why it is no answer to this request; undefined when it is
 * @see RFC 3161 §2.4.2
 */
export function checkTimestampReply(
  reply: Uint8Array,
  imprint: Uint8Array,
  nonce: Uint8Array,
): string | undefined {
  try {
    const [status, token] = parseDer(reply).children;
    const granted = contentOf(status?.children[0], derTags.integer, 'a status');
    if (!same(granted, Buffer.of(0)) && !same(granted, Buffer.of(1)))
      return `the authority refused (status ${Buffer.from(granted).toString('hex')})`;
    const info = infoIn(token);
    const [, , message, , , ...rest] = info.children;
    const [algorithm, digest] = message?.children ?? [];
    if (oidOf(algorithm?.children[0]) !== sha256) return 'it is over another kind of digest';
    if (!same(contentOf(digest, derTags.octetString, 'a digest'), imprint))
      return 'it is over something else';
    const answered = rest.find(({ tag }) => tag === derTags.integer);
    const asked = parseDer(renderDerInteger(nonce)).content;
    if (answered === undefined || !same(answered.content, asked))
      return 'it answers another request (the nonce differs)';
    return undefined;
  } catch (error) {
    if (error instanceof DerFault) return `it is no reply of RFC 3161: ${error.message}`;
    throw error;
  }
}

/** The TSTInfo within the signed data of a token. */
function infoIn(token: DerNode | undefined): DerNode {
  const [type, wrapped] = token?.children ?? [];
  if (oidOf(type) !== signedData) throw new DerFault('expected signed data');
  const content = wrapped?.children[0]?.children[2];
  if (oidOf(content?.children[0]) !== tstInfo) throw new DerFault('expected a timestamp');
  const info = content?.children[1]?.children[0];
  return parseDer(contentOf(info, derTags.octetString, 'a timestamp'));
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
