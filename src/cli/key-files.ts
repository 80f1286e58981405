import { link, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KeyAccessError } from '../attestation/attestation-error.ts';
import { folderAt } from './wire-carriers.ts';

const maxKeyBytes = 64 * 1024;

/** Text of a key file. @throws KeyAccessError KEY_UNREADABLE */
export async function readKeyFile(path: string): Promise<string> {
  return (await readSmallFile(path, 'the key file', maxKeyBytes)).toString('utf8');
}

/** A small file that signing depends on. @throws KeyAccessError KEY_UNREADABLE */
export async function readSmallFile(path: string, what: string, maxBytes: number): Promise<Buffer> {
  try {
    const bytes = await readFile(path);
    if (bytes.byteLength > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`);
    return bytes;
  } catch (cause) {
    throw new KeyAccessError('KEY_UNREADABLE', `${what} '${path}' cannot be read`, {
      cause,
      suggestions: ['Check the path and its permissions'],
    });
  }
}

/** Text of a key file that a variable holds, as `env://NAME` means it. @throws KeyAccessError KEY_UNREADABLE */
export function readKeyVariable(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const text = env[name];
  if (text !== undefined && text.trim() !== '' && text.length <= maxKeyBytes) return text;
  throw new KeyAccessError(
    'KEY_UNREADABLE',
    `the variable ${name} ${text === undefined ? 'is not set' : 'holds no key file'}`,
    { suggestions: [`${name}="$(cat signing.key)"`] },
  );
}

/** Paths of a key pair: `--out` with or without `.key`. */
export function keyPairPaths(out: string): {
  readonly privatePath: string;
  readonly publicPath: string;
} {
  const prefix = out.endsWith('.key') ? out.slice(0, -'.key'.length) : out;
  return { privatePath: `${prefix}.key`, publicPath: `${prefix}.pub` };
}

/**
 * Writes both files or neither, and never over an existing one. The private one is for its owner alone.
 * @throws KeyAccessError KEY_EXISTS, KEY_UNWRITABLE
 */
export async function writeKeyPair(
  out: string,
  privateText: string,
  publicText: string,
  linkFile: typeof link = link,
): Promise<void> {
  const { privatePath, publicPath } = keyPairPaths(out);
  const files = [
    { path: privatePath, text: privateText, mode: 0o600 },
    { path: publicPath, text: publicText, mode: 0o644 },
  ].map((file) => ({ ...file, half: `${file.path}.${process.pid}.part` }));
  const placed: string[] = [];
  try {
    await folderAt(dirname(privatePath));
    for (const { half, text, mode } of files) await writeNew(half, text, mode);
    for (const file of files) {
      await place(file, linkFile);
      placed.push(file.path);
    }
  } catch (cause) {
    for (const path of placed) await removeQuietly(path);
    if (cause instanceof KeyAccessError) throw cause;
    throw new KeyAccessError(
      'KEY_UNWRITABLE',
      `the key pair cannot be written to '${privatePath}'`,
      { cause, suggestions: ['Check the folder and its permissions'] },
    );
  } finally {
    for (const { half } of files) await removeQuietly(half);
  }
}

interface KeyFile {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
  /** The same content under a temporary name. */
  readonly half: string;
}

/** Gives a written file its name. @throws KeyAccessError KEY_EXISTS */
async function place({ path, text, mode, half }: KeyFile, linkFile: typeof link): Promise<void> {
  try {
    // A link fails where a rename would silently replace what is there.
    await linkFile(half, path).catch((error: unknown) => {
      if (!isLinkless(error)) throw error;
      return writeNew(path, text, mode);
    });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    throw new KeyAccessError('KEY_EXISTS', `'${path}' exists already; keys are never overwritten`, {
      cause,
      suggestions: [
        'Choose another name with --out',
        'Move the old pair away, if nothing needs it any more',
      ],
    });
  }
}

/** FAT and some network file systems know no hard links. */
function isLinkless(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(String(error.code))
  );
}

/** Writes a file that is not there yet, whole or not at all. */
async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } catch (error) {
    await removeQuietly(path);
    throw error;
  } finally {
    await file.close();
  }
}

/** Cleaning up never hides why it was needed. */
async function removeQuietly(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}
