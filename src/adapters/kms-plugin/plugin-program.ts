import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type Digest, digestFromHex } from '../../oci/digest.ts';
import { KmsPluginError } from './plugin-error.ts';

/** A plugin program of this machine, as it was when it was looked at. */
export interface PluginProgram {
  /** Absolute. */
  readonly path: string;
  readonly digest: Digest;
}

const pinned = /^(.+)@sha256:([0-9a-f]{64})$/;

/**
 * Looks at the program that somebody named for a scheme: it must have the name that belongs to the scheme, be a
 * file that not everybody may write, and have the pinned digest where one is given. Nothing is searched for:
 * what merely lies on PATH is somebody else's choice.
 * @param named a path, or `<path>@sha256:<64 hex digits>`
 * @throws KmsPluginError KMS_PLUGIN_UNUSABLE, KMS_PLUGIN_NAME, KMS_PLUGIN_DIGEST
 */
export async function findPluginProgram(scheme: string, named: string): Promise<PluginProgram> {
  const [, pinnedPath, hex] = pinned.exec(named) ?? [];
  const path = resolve(pinnedPath ?? named);
  const wanted = `sigstore-kms-${scheme}`;
  const name = basename(path).replace(/\.exe$/i, '');
  if (name !== wanted) {
    throw new KmsPluginError(
      'KMS_PLUGIN_NAME',
      `a key '${scheme}://…' is signed with by the program ${wanted}, and '${name}' was named`,
      { suggestions: [`Name the program of that scheme: --kms-plugin <folder>/${wanted}`] },
    );
  }
  await requireProgram(path);
  const digest = await digestOfFile(path);
  if (hex !== undefined && digest !== digestFromHex(hex)) {
    throw new KmsPluginError(
      'KMS_PLUGIN_DIGEST',
      `${path} has the digest ${digest}, and sha256:${hex} was demanded: it was not run`,
      {
        suggestions: ['Find out who changed the program; if it was an update, pin the new digest'],
      },
    );
  }
  return { path, digest };
}

/** @throws KmsPluginError KMS_PLUGIN_DIGEST when the program is another one now */
export async function requireUnchanged({ path, digest }: PluginProgram): Promise<void> {
  const now = await digestOfFile(path);
  if (now === digest) return;
  throw new KmsPluginError(
    'KMS_PLUGIN_DIGEST',
    `${path} changed while it was in use: ${digest} before, ${now} now; it was not run again`,
    { suggestions: ['Find out who changed the program, then run again'] },
  );
}

async function requireProgram(path: string): Promise<void> {
  const found = await stat(path).catch(unusable(path, 'cannot be looked at'));
  if (!found.isFile()) throw unusable(path, 'is no file')();
  if (process.platform === 'win32') return;
  // Whoever may write it signs in our name.
  if ((found.mode & 0o002) !== 0) throw unusable(path, 'can be written by everybody')();
  await access(path, constants.X_OK).catch(unusable(path, 'is not executable'));
}

async function digestOfFile(path: string): Promise<Digest> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk);
  } catch (cause) {
    throw unusable(path, 'cannot be read')(cause);
  }
  return digestFromHex(hash.digest('hex'));
}

function unusable(path: string, why: string): (cause?: unknown) => never {
  return (cause) => {
    throw new KmsPluginError('KMS_PLUGIN_UNUSABLE', `the KMS plugin ${path} ${why}`, {
      ...(cause === undefined ? {} : { cause }),
      suggestions: [
        'Check the path given with --kms-plugin or COWA_KMS_PLUGIN, and its permissions (chmod 0755)',
      ],
    });
  };
}

/** What is said when a reference needs a program and none was named. */
export function pluginMissing(scheme: string): KmsPluginError {
  return new KmsPluginError(
    'KMS_PLUGIN_MISSING',
    `a key '${scheme}://…' is signed with by a plugin program, and none was named; PATH is not searched for one`,
    {
      suggestions: [
        `Give --kms-plugin <folder>/sigstore-kms-${scheme}, or set COWA_KMS_PLUGIN`,
        'Pin it by its digest: --kms-plugin <path>@sha256:<hex>',
      ],
    },
  );
}
