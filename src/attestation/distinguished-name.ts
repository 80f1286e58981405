import { childrenOf, DerFault, type DerNode, oidOf, parseDer } from './der.ts';

/** Short names of the attributes that authorities use. @see RFC 4514 §3 */
const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.25': 'DC',
  '0.9.2342.19200300.100.1.1': 'UID',
};
const textTags: readonly number[] = [0x0c, 0x13, 0x16];

/**
 * A distinguished name as text, its last part first; empty where the name is. What is no
 * text, or no name, stands as the hexadecimal digits of its DER behind `#`.
 * @see RFC 4514
 */
export function renderDistinguishedName(der: Uint8Array): string {
  try {
    return childrenOf(parseDer(der), 0x30, 'a name')
      .map((part) => childrenOf(part, 0x31, 'a part of a name').map(attribute).join('+'))
      .toReversed()
      .join(',');
  } catch (error) {
    if (error instanceof DerFault) return hex(der);
    throw error;
  }
}

function attribute(node: DerNode): string {
  const [type, value, ...more] = childrenOf(node, 0x30, 'an attribute');
  if (value === undefined || more.length > 0) throw new DerFault('an attribute is two values');
  const id = oidOf(type);
  const name = shortNames[id];
  const text = name === undefined ? undefined : textOf(value);
  return `${name ?? id}=${text === undefined ? hex(value.raw) : escaped(text)}`;
}

function textOf({ tag, content }: DerNode): string | undefined {
  if (!textTags.includes(tag)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

/** No value can look like another part of the name, or hide one. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\\"+,;<>=]|^[ #]| $/g, '\\$&')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
      [...Buffer.from(character)]
        .map((byte) => `\\${byte.toString(16).padStart(2, '0').toUpperCase()}`)
        .join(''),
    );
}

function hex(bytes: Uint8Array): string {
  return `#${Buffer.from(bytes).toString('hex')}`;
}
