import { describe, expect, it } from 'vitest';
import { KeyAccessError, KeyFileError } from './attestation-error.ts';
import { inKeyFile } from './in-key-file.ts';
import { openPrivateKey } from './key-file.ts';
import { parsePublicKey } from './public-key.ts';

const suggestions = ['try another'];
const cause = new Error('why');

describe('inKeyFile', () => {
  it.each([
    new KeyFileError('KEY_FORMAT', 'is no key', { suggestions, cause }),
    new KeyAccessError('KEY_PASSWORD_WRONG', 'does not open', { suggestions, cause }),
  ])('names the file in $code and keeps the rest', (error) => {
    const read = (): never => {
      throw error;
    };
    expect(() => inKeyFile('ci/release.key', read)).toThrow(
      expect.objectContaining({
        code: error.code,
        message: `ci/release.key: ${error.message}`,
        suggestions,
        cause,
      }),
    );
    expect(() => inKeyFile('ci/release.key', read)).toThrow(error.constructor as typeof Error);
  });

  it('leaves strangers and results alone', () => {
    expect(inKeyFile('a', () => 1)).toBe(1);
    expect(() =>
      inKeyFile('a', () => {
        throw cause;
      }),
    ).toThrow(cause);
  });

  it.each<{ readonly name: string; readonly read: () => unknown }>([
    { name: 'no PEM as a private key', read: () => openPrivateKey('hello', new Uint8Array()) },
    { name: 'no PEM as a public key', read: () => parsePublicKey('hello') },
  ])('is what a person sees for $name', ({ read }) => {
    expect(() => inKeyFile('some.pem', read)).toThrow(/^some\.pem: /);
  });
});
