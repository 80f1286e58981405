import { KeyFileError } from './attestation-error.ts';

/** One PEM block. @see RFC 7468 §2 */
export interface PemBlock {
  readonly label: string;
  readonly body: Uint8Array;
}

const wholeFile =
  /^\s*-----BEGIN ([A-Z0-9 ]{1,64})-----\r?\n([A-Za-z0-9+/=\r\n]*)-----END ([A-Z0-9 ]{1,64})-----\s*$/;

/**
 * Reads a text that is exactly one PEM block. Text around it and a second block are refused: two
 * readers could pick different blocks.
 * @throws KeyFileError KEY_FORMAT
 */
export function parseOnePemBlock(text: string): PemBlock {
  const match = wholeFile.exec(text);
  if (match === null || match[1] !== match[3]) {
    const blocks = text.match(/-----BEGIN /g)?.length ?? 0;
    const found =
      blocks > 1
        ? `${blocks} PEM blocks`
        : blocks === 1
          ? 'text around a PEM block, or a damaged one'
          : foundInstead(text);
    throw new KeyFileError(
      'KEY_FORMAT',
      `expected exactly one PEM block and nothing else, found ${found}`,
      {
        suggestions: [
          'Give the file as cosign, Zarf or `cowa-release keys generate` wrote it; a public key begins with -----BEGIN PUBLIC KEY-----',
        ],
      },
    );
  }
  const base64 = (match[2] ?? '').replaceAll(/[\r\n]/g, '');
  const body = Buffer.from(base64, 'base64');
  if (body.byteLength === 0 || body.toString('base64') !== base64) {
    throw new KeyFileError('KEY_FORMAT', 'the body of the PEM block is not standard base64');
  }
  return { label: match[1] ?? '', body };
}

/** What a file is that was taken for a key. */
function foundInstead(text: string): string {
  if (text.trim() === '') return 'an empty file';
  return /^\s*[{[]/.test(text)
    ? 'JSON: a report, a signature or a trust policy, and no key'
    : 'no PEM block';
}

/** Writes a block with lines of 64 characters and a line feed at the end. */
export function renderPemBlock(label: string, body: Uint8Array): string {
  const lines =
    Buffer.from(body)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
