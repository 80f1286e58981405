import { arch } from 'node:os';
import { UsageError } from '../errors/families.ts';
import { normalizeReference } from '../oci/reference.ts';
import { type PulledArchive, pullArchive } from '../operations/pull-archive.ts';
import type { Run } from '../support/run.ts';
import { overrideOf, type RegistryAccess } from './registry-flags.ts';
import { blobStoreIn, cacheFolder, openCompute } from './wire.ts';
import { outputFolderAt, publishedSource, referrerSource } from './wire-carriers.ts';

/** A flag of `pull` that means nothing. */
class PullFlagError extends UsageError<'PULL_REFERENCE'> {}

/** What `pull` was asked for. */
export interface PullFlags {
  readonly reference: string;
  readonly out: string;
  readonly architecture: string | undefined;
  readonly replace: boolean;
  /** Whether what was published beside it comes along. */
  readonly referrers: boolean;
  readonly overrides: readonly string[];
  readonly access: RegistryAccess;
  readonly cacheDir: string | undefined;
}

/** Builds what `pull` works with, and runs it. Only the host of the reference is contacted, or the one in its place. */
export async function pullFromFlags(flags: PullFlags, run: Run): Promise<PulledArchive> {
  const { reference, out, architecture, replace, referrers, access, cacheDir } = flags;
  const { plainHttp, files, login } = access;
  if (!reference.startsWith('oci://')) {
    throw new PullFlagError('PULL_REFERENCE', `'${reference}' does not begin with oci://`, {
      suggestions: [`cowa-release pull oci://${reference.replace(/^[a-z]+:\/\//, '')}`],
    });
  }
  const { registry } = normalizeReference(reference);
  const overrides = Object.fromEntries(flags.overrides.map(overrideOf));
  const target = (overrides[registry] ?? registry).replace(/^https?:\/\//, '');
  await using compute = await openCompute();
  const blobs = await blobStoreIn(await cacheFolder(cacheDir), compute);
  const settings = {
    hosts: [target],
    overrides,
    ...(plainHttp ? { plainHttp: [target] } : {}),
    ...files,
    ...(login === undefined ? {} : { login: { host: target, ...login } }),
  };
  return await pullArchive(
    { reference, architecture: architecture ?? hostArchitecture(), replace },
    {
      published: await publishedSource(settings, blobs),
      ...(referrers ? { referrers: await referrerSource(settings, blobs) } : {}),
      blobs,
      compute,
      output: await outputFolderAt(out),
    },
    run,
  );
}

/** As OCI calls it. */
function hostArchitecture(): string {
  const own = arch();
  return own === 'x64' ? 'amd64' : own;
}
