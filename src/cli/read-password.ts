import { readFile } from 'node:fs/promises';
import { KeyAccessError } from '../attestation/attestation-error.ts';
import { InterruptedError } from '../errors/families.ts';

/** Asks and gives what was typed; undefined when the input ended without an answer. */
export type Prompt = (question: string) => Promise<string | undefined>;

export interface PasswordSources {
  /** `--password-file`. One newline at its end is not part of the password. */
  readonly file?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Asks on a terminal; left out when there is none. */
  readonly prompt?: Prompt;
  /** Ask twice and compare: for new keys. */
  readonly confirm?: boolean;
}

const maxPasswordBytes = 4096;

/**
 * The password of a key: file, COWA_KEY_PASSWORD, COSIGN_PASSWORD, terminal, in this order. A
 * variable that is set and empty is the empty password, as cosign has it.
 * @throws KeyAccessError KEY_PASSWORD_FILE, KEY_PASSWORD_MISSING; InterruptedError
 */
export async function readPassword(sources: PasswordSources): Promise<Uint8Array> {
  if (sources.file !== undefined) return readPasswordFile(sources.file);
  const given = sources.env['COWA_KEY_PASSWORD'] ?? sources.env['COSIGN_PASSWORD'];
  if (given !== undefined) return Buffer.from(given);
  if (sources.prompt === undefined) {
    throw new KeyAccessError(
      'KEY_PASSWORD_MISSING',
      'the key needs a password, and there is no terminal to ask on',
      {
        suggestions: [
          'Set COWA_KEY_PASSWORD (empty for the empty password), or give --password-file <file>',
        ],
      },
    );
  }
  const first = await sources.prompt('Password of the key: ');
  const second =
    sources.confirm === true && first !== undefined ? await sources.prompt('Once more: ') : first;
  if (first === undefined || first !== second) {
    throw new KeyAccessError(
      'KEY_PASSWORD_MISSING',
      first === undefined ? 'no password was given' : 'the two passwords differ',
      { suggestions: ['Run the command again'] },
    );
  }
  return Buffer.from(first);
}

async function readPasswordFile(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    if (bytes.byteLength > maxPasswordBytes)
      throw new RangeError(`more than ${maxPasswordBytes} bytes`);
    const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? 2 : 1) : 0;
    return bytes.subarray(0, bytes.byteLength - end);
  } catch (cause) {
    throw new KeyAccessError(
      'KEY_PASSWORD_FILE',
      `the password file '${path}' cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause, suggestions: ['Check the path and its permissions'] },
    );
  }
}

/** What of a process the question needs. */
export interface Terminal {
  readonly stdin: {
    readonly isTTY?: boolean;
    setRawMode(mode: boolean): unknown;
    setEncoding(encoding: 'utf8'): unknown;
    resume(): unknown;
    pause(): unknown;
    on(event: 'data' | 'end', listener: (text: string) => void): unknown;
    off(event: 'data' | 'end', listener: (text: string) => void): unknown;
  };
  readonly stderr: { readonly isTTY?: boolean; write(text: string): unknown };
}

/** A question on the terminal whose answer is not shown; undefined without a terminal. Ctrl-C ends the command. */
export function terminalPrompt(terminal: Terminal = process): Prompt | undefined {
  const { stdin, stderr } = terminal;
  if (stdin.isTTY !== true || stderr.isTTY !== true) return undefined;
  // Typed or pasted ahead, for the next question.
  let ahead = '';
  return (question) =>
    new Promise((resolve, reject) => {
      let answer = '';
      const end = (): void => {
        stdin.off('data', take);
        stdin.off('end', giveUp);
        stdin.setRawMode(false);
        stdin.pause();
        stderr.write('\n');
      };
      const giveUp = (): void => {
        end();
        resolve(undefined);
      };
      const take = (text: string): void => {
        const characters = [...text];
        for (const [index, character] of characters.entries()) {
          if (character === '\r' || character === '\n') {
            ahead = characters.slice(index + 1).join('');
            end();
            resolve(answer);
            return;
          }
          if (character === '\u0004') {
            giveUp();
            return;
          }
          if (character === '\u0003') {
            end();
            reject(new InterruptedError('interrupted at the question for the password'));
            return;
          }
          const isErase = character === '\u007f' || character === '\b';
          answer = isErase ? [...answer].slice(0, -1).join('') : answer + character;
        }
      };
      // Silent before it is asked: whoever answers at once is not shown either.
      stdin.setRawMode(true);
      stderr.write(question);
      stdin.setEncoding('utf8');
      stdin.on('data', take);
      stdin.on('end', giveUp);
      stdin.resume();
      const waiting = ahead;
      ahead = '';
      if (waiting !== '') take(waiting);
    });
}
