import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Compute } from '../archive/compute.ts';
import type { SignOncePorts } from '../operations/sign-once.ts';
import type { SignPorts } from '../operations/sign-request.ts';
import { builtInPolicy } from '../policy/policy.ts';

/** Everything `sign` works with, on the disk of this machine. */
export async function signPorts(wiring: {
  readonly location: string;
  readonly compute: Compute;
  readonly signing: SignOncePorts;
  readonly programVersion: string;
}): Promise<SignPorts> {
  const { FsArchiveSource } = await import('../adapters/fs/archive-source.ts');
  const { FsOutputFolder } = await import('../adapters/fs/output-folder.ts');
  const { verifyArchive } = await import('../operations/verify-archive.ts');
  const { writtenSource } = await import('../operations/written-source.ts');
  const { location, compute, signing, programVersion } = wiring;
  const source = new FsArchiveSource();
  return {
    source,
    compute,
    signing,
    async outputAt(path, fileName) {
      const file =
        path.endsWith('/') || (await isFolder(path))
          ? join(path, fileName)
          : await linkTarget(path);
      return {
        folder: new FsOutputFolder(dirname(file)),
        name: basename(file),
        isInput: await isSame(file, location),
      };
    },
    verify: (path, { key, content, ...judged }, run) =>
      verifyArchive(
        {
          location: path,
          policy: builtInPolicy,
          programVersion,
          allowUnsigned: key === undefined,
          ...judged,
          ...(key === undefined ? {} : { key }),
        },
        { source: writtenSource(source, content), compute, signatures: signing.judge },
        { signal: run.signal },
      ),
  };
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

/** The file a link means: a new file put in place of the link would leave the old one where it was. */
async function linkTarget(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [one, other].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  return (
    first !== undefined &&
    second !== undefined &&
    first.ino === second.ino &&
    first.dev === second.dev
  );
}
