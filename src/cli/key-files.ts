import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KeyAccessError } from '../attestation/attestation-error.ts';

const maxKeyBytes = 64 * 1024;

/** Text of a key file. @throws KeyAccessError KEY_UNREADABLE */
export async function readKeyFile(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    if (bytes.byteLength > maxKeyBytes) throw new RangeError(`more than ${maxKeyBytes} bytes`);
    return bytes.toString('utf8');
  } catch (cause) {
    throw new KeyAccessError('KEY_UNREADABLE', `the key file '${path}' cannot be read`, {
      cause,
      suggestions: ['Check the path and its permissions', 'cowa-release keys generate --out cosign'],
    });
  }
}

/** Paths of a key pair: `--out` with or without `.key`. */
export function keyPairPaths(out: string): { readonly privatePath: string; readonly publicPath: string } {
  const prefix = out.endsWith('.key') ? out.slice(0, -'.key'.length) : out;
  return { privatePath: `${prefix}.key`, publicPath: `${prefix}.pub` };
}

/**
 * Writes both files or neither, and never over an existing one. The private one is for its owner alone.
 * @throws KeyAccessError KEY_EXISTS, KEY_UNWRITABLE
 */
export async function writeKeyPair(out: string, privateText: string, publicText: string): Promise<void> {
  const { privatePath, publicPath } = keyPairPaths(out);
  const half = [`${privatePath}.${process.pid}.part`, `${publicPath}.${process.pid}.part`] as const;
  const placed: string[] = [];
  try {
    await mkdir(dirname(privatePath), { recursive: true });
    await writeNew(half[0], privateText, 0o600);
    await writeNew(half[1], publicText, 0o644);
    // A link fails where a rename would silently replace what is there.
    await link(half[0], privatePath);
    placed.push(privatePath);
    await link(half[1], publicPath);
    placed.push(publicPath);
  } catch (cause) {
    for (const path of placed) await rm(path, { force: true });
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    throw exists
      ? new KeyAccessError('KEY_EXISTS', `'${privatePath}' or '${publicPath}' exists already; keys are never overwritten`, {
          cause,
          suggestions: ['Choose another name with --out', 'Move the old pair away, if nothing needs it any more'],
        })
      : new KeyAccessError('KEY_UNWRITABLE', `the key pair cannot be written to '${privatePath}'`, {
          cause,
          suggestions: ['Check the folder and its permissions'],
        });
  } finally {
    for (const path of half) await rm(path, { force: true });
  }
}

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
