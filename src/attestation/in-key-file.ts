import type { ErrorDetails } from '../errors/families.ts';
import { KeyAccessError, KeyFileError } from './attestation-error.ts';

/**
 * What reading a key gives; an error about it names the file.
 * @param location the path as the user gave it
 * @throws KeyFileError, KeyAccessError as `read` does
 */
export function inKeyFile<T>(location: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof KeyFileError)
      throw new KeyFileError(error.code, `${location}: ${error.message}`, details(error));
    if (error instanceof KeyAccessError)
      throw new KeyAccessError(error.code, `${location}: ${error.message}`, details(error));
    throw error;
  }
}

function details({ suggestions, cause }: KeyFileError | KeyAccessError): ErrorDetails {
  return { suggestions, cause };
}
