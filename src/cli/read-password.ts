import { readFile } from 'node:fs/promises';
import { KeyAccessError } from '../attestation/attestation-error.ts';

export interface PasswordSources {
  /** `--key-password-file`. One newline at its end is not part of the password. */
  readonly file?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Asks on a terminal; left out when there is none. Answers undefined when the user gave up. */
  readonly prompt?: (question: string) => Promise<string | undefined>;
  /** Ask twice and compare: for new keys. */
  readonly confirm?: boolean;
}

/**
 * The password of a key: file, COWA_KEY_PASSWORD, COSIGN_PASSWORD, terminal, in this order. A
 * variable that is set and empty is the empty password, as cosign has it.
 * @throws KeyAccessError KEY_PASSWORD_FILE, KEY_PASSWORD_MISSING
 */
export async function readPassword(sources: PasswordSources): Promise<Uint8Array> {
  if (sources.file !== undefined) return readPasswordFile(sources.file);
  const given = sources.env['COWA_KEY_PASSWORD'] ?? sources.env['COSIGN_PASSWORD'];
  if (given !== undefined) return Buffer.from(given);
  if (sources.prompt === undefined) {
    throw new KeyAccessError('KEY_PASSWORD_MISSING', 'the key needs a password, and there is no terminal to ask on', {
      suggestions: ['Set COWA_KEY_PASSWORD (empty for the empty password), or give --key-password-file <file>'],
    });
  }
  const first = await sources.prompt('Password of the key: ');
  const second = sources.confirm === true && first !== undefined ? await sources.prompt('Once more: ') : first;
  if (first === undefined || first !== second) {
    throw new KeyAccessError('KEY_PASSWORD_MISSING', first === undefined ? 'no password was given' : 'the two passwords differ', {
      suggestions: ['Run the command again'],
    });
  }
  return Buffer.from(first);
}

async function readPasswordFile(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    if (bytes.byteLength > 4096) throw new RangeError('more than 4096 bytes');
    const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? 2 : 1) : 0;
    return bytes.subarray(0, bytes.byteLength - end);
  } catch (cause) {
    throw new KeyAccessError('KEY_PASSWORD_FILE', `the password file '${path}' cannot be read`, {
      cause,
      suggestions: ['Check the path and its permissions'],
    });
  }
}

/** A question on the terminal whose answer is not shown; undefined without a terminal. */
export function terminalPrompt(): ((question: string) => Promise<string | undefined>) | undefined {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) return undefined;
  return (question) =>
    new Promise((resolve) => {
      let answer = '';
      stderr.write(question);
      stdin.setRawMode(true);
      stdin.setEncoding('utf8');
      const finish = (result: string | undefined): void => {
        stdin.off('data', listen);
        stdin.setRawMode(false);
        stdin.pause();
        stderr.write('\n');
        resolve(result);
      };
      const listen = (text: string): void => {
        for (const character of text) {
          if (character === '\r' || character === '\n') return finish(answer);
          if (character === '\u0003' || character === '\u0004') return finish(undefined);
          answer = character === '\u007f' || character === '\b' ? [...answer].slice(0, -1).join('') : answer + character;
        }
      };
      stdin.on('data', listen);
      stdin.resume();
    });
}
