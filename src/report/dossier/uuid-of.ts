import { createHash } from 'node:crypto';

/** Namespace of ours: the version-5 UUID of our address in the namespace of URLs. */
const namespace = uuidIn(
  Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex'),
  'https://cowabungaai.dev/cowa-release/report',
);

/**
 * A UUID that follows from a name: the same name, the same UUID.
 * @see RFC 9562, 5.5
 */
export function uuidOf(name: string): string {
  return uuidIn(Buffer.from(namespace.replaceAll('-', ''), 'hex'), name);
}

function uuidIn(space: Uint8Array, name: string): string {
  const bytes = createHash('sha1').update(space).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
