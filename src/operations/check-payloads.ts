import { createHash } from 'node:crypto';
import type { LockedFile } from '../config/lock.ts';
import type { PayloadConfig } from '../config/release-definition.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { joinPath } from './join-path.ts';
import { payloadName, payloadPlace } from './payload-place.ts';
import { PickleScan } from './pickled-weights.ts';
import { ReleaseInputError } from './release-error.ts';

/**
 * Hashes every file of a payload and compares it with what the release definition promises: nothing
 * missing, nothing extra, nothing altered.
 * @param pickled whether files may hold pickled Python objects, which run code when they are loaded
 * @throws ReleaseInputError PAYLOAD_MISSING, PAYLOAD_MISMATCH, PAYLOAD_PICKLED
 */
export async function checkPayload(
  payload: PayloadConfig,
  root: string,
  workspace: Workspace,
  run: Run,
  pickled: 'allowed' | 'refused' = 'allowed',
): Promise<readonly LockedFile[]> {
  const name = payloadName(payload);
  const base = payloadPlace(payload, root);
  const found = await workspace.stat(base);
  if (found === undefined) {
    throw new ReleaseInputError(
      'PAYLOAD_MISSING',
      `the payload ${name} of ${payload.package} does not exist`,
      {
        suggestions: ['Fetch it to that place, or change payloads[].path in cowa-release.yaml'],
      },
    );
  }
  const expected =
    typeof payload.sha256 === 'string'
      ? new Map([['', payload.sha256]])
      : new Map(Object.entries(payload.sha256));
  const present = found.kind === 'directory' ? await filesBelow(base, '', workspace) : [''];
  for (const path of present) {
    if (!expected.has(path))
      throw mismatch(payload, path, 'is there but has no SHA-256 in the release definition');
  }
  const files: LockedFile[] = [];
  let bytes = 0;
  for (const [path, sha256] of [...expected].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!present.includes(path)) {
      throw new ReleaseInputError(
        'PAYLOAD_MISSING',
        `the payload file ${joinPath(name, path)} does not exist`,
      );
    }
    const hash = createHash('sha256');
    const scan = pickled === 'refused' ? new PickleScan(joinPath(name, path)) : undefined;
    let size = 0;
    for await (const chunk of workspace.openLent(joinPath(base, path), run)) {
      hash.update(chunk);
      scan?.update(chunk);
      size += chunk.length;
      bytes += chunk.length;
      run.onProgress?.({
        kind: 'step-progress',
        step: `payload ${name}`,
        bytes,
        phase: `hashing ${name}`,
      });
    }
    const actual = hash.digest('hex');
    if (actual !== sha256)
      throw mismatch(
        payload,
        path,
        `has SHA-256 ${actual}, the release definition promises ${sha256}`,
      );
    const why = scan?.result();
    if (why !== undefined) throw refusedPickle(joinPath(name, path), why);
    files.push({ path: joinPath(name, path), sha256, size });
  }
  return files;
}

/**
 * Compares payload files with what the lock holds of them.
 * @throws ReleaseInputError PAYLOAD_MISMATCH
 */
export function requireLockedFiles(
  files: readonly LockedFile[],
  locked: readonly LockedFile[],
): void {
  const pins = new Map(locked.map((file) => [file.path, file]));
  for (const { path, sha256, size } of files) {
    const pin = pins.get(path);
    if (pin?.sha256 === sha256 && pin.size === size) continue;
    const expected =
      pin === undefined
        ? 'does not name it'
        : `holds SHA-256 ${pin.sha256}, the file has ${sha256}`;
    throw new ReleaseInputError(
      'PAYLOAD_MISMATCH',
      `the payload file ${path} differs from the lock, which ${expected}`,
      {
        suggestions: [
          'Put the locked file back, or take the new one over: cowa-release images lock',
        ],
      },
    );
  }
}

function refusedPickle(path: string, why: string): ReleaseInputError {
  return new ReleaseInputError(
    'PAYLOAD_PICKLED',
    `the payload file ${path} holds pickled Python objects (${why}): loading it runs what is in it`,
    {
      suggestions: [
        'Take weights that only hold numbers: safetensors, GGUF',
        'Or allow it where you trust its maker: payloads.pickled: allow in the policy given with --policy',
      ],
    },
  );
}

function mismatch(payload: PayloadConfig, path: string, what: string): ReleaseInputError {
  return new ReleaseInputError(
    'PAYLOAD_MISMATCH',
    `the payload file ${joinPath(payloadName(payload), path)} ${what}`,
    {
      suggestions: [
        'Fetch it again from its origin; change payloads[].sha256 only when the new content is meant',
      ],
    },
  );
}

async function filesBelow(base: string, path: string, workspace: Workspace): Promise<string[]> {
  const files: string[] = [];
  for (const name of await workspace.list(joinPath(base, path))) {
    const below = path === '' ? name : `${path}/${name}`;
    const kind = (await workspace.stat(joinPath(base, below)))?.kind;
    if (kind === 'directory') files.push(...(await filesBelow(base, below, workspace)));
    else files.push(below);
  }
  return files;
}
