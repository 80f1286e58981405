import {
  type PushArchiveRequest,
  type PushedArchive,
  pushArchive,
} from '../operations/push-archive.ts';
import { builtInPolicy } from '../policy/policy.ts';
import type { Run } from '../support/run.ts';
import { targetAt } from './push-from-flags.ts';
import type { RegistryAccess } from './registry-flags.ts';
import { verifying } from './verifying.ts';
import { blobStoreIn, cacheFolder, judgingPorts, openCompute } from './wire.ts';

/** What `push` was asked for. */
export interface PushArchiveFlags extends PushArchiveRequest {
  /** `host[:port][/prefix]`. */
  readonly to: string;
  readonly access: RegistryAccess;
  readonly cacheDir: string | undefined;
  readonly programVersion: string;
}

/** Builds what `push` works with, and runs it. */
export async function pushArchiveFromFlags(
  { to, access, cacheDir, programVersion, ...request }: PushArchiveFlags,
  run: Run,
): Promise<PushedArchive> {
  const target = await targetAt(to, access);
  await using compute = await openCompute();
  const blobs = await blobStoreIn(await cacheFolder(cacheDir), compute);
  const judging = await judgingPorts(compute);
  return await pushArchive(
    request,
    target,
    {
      source: judging.source,
      blobs,
      compute,
      verify: verifying({ policy: builtInPolicy, programVersion, wholeDigest: true }, judging),
    },
    run,
  );
}
