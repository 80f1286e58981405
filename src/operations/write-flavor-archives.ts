import type { Compute } from '../archive/compute.ts';
import { openCopySource } from '../archive/copy-archive.ts';
import type { ExistingFrames } from '../archive/copy-frames.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import { InternalError } from '../errors/families.ts';
import type { Digest } from '../oci/digest.ts';
import type { OpenArchive } from '../ports/archive-source.ts';
import type { Run } from '../support/run.ts';
import { PackError } from '../zarf/pack-error.ts';
import { packageArchiveOrder, toArchiveFile } from './archive-order.ts';
import type { AssemblePorts } from './assemble-ports.ts';
import type { FinishedArchive } from './finish-flavor.ts';
import { packBundle } from './pack-bundle.ts';
import type { PackedFile, PackedPackage } from './packed-package.ts';
import type { PlannedBundle, ReleasePlan } from './plan-release.ts';
import { ReleaseInputError } from './release-error.ts';
import { renewDamaged, tellsOfDamage } from './renew-damaged.ts';
import { signOnce, trustedKeyOf } from './sign-once.ts';
import {
  type ReleaseArchive,
  type ReleaseArchivePorts,
  type ReleaseArchiveRequest,
  writeReleaseArchive,
} from './write-release-archive.ts';
import { writtenFormats } from './written-formats.ts';

/** Where an archive goes, and which step it is. */
export interface ArchivePlace {
  readonly flavor: ReleaseFlavor;
  readonly step: string;
}

/** Writes a package into the folder of a flavor, or finds it there from an earlier run. */
export async function writePackageArchive(
  packed: PackedPackage,
  { flavor, step }: ArchivePlace,
  ports: AssemblePorts,
  run: Run,
): Promise<FinishedArchive> {
  const uncompressed = packed.definition.metadata.uncompressed === true;
  const request: ReleaseArchiveRequest = {
    fileName: packed.fileName,
    files: packageArchiveOrder(packed.files),
    compression: uncompressed ? 'none' : 'zstd',
    step,
  };
  const archive = await write(
    request,
    packed.files,
    archivePorts(flavor, ports, false),
    ports,
    run,
  );
  return { ...archive, root: { kind: 'package', digest: definitionDigest(packed) } };
}

/**
 * Gathers packages into a bundle and writes it, with its detached signature where there is a key.
 * @param written packages whose archives this run finished in the same folder: contents are copied from there
 */
export async function writeBundleArchive(
  bundle: PlannedBundle,
  members: ReadonlyMap<string, PackedPackage>,
  written: readonly PackedPackage[],
  plan: ReleasePlan,
  { flavor, step }: ArchivePlace,
  ports: AssemblePorts,
  run: Run,
): Promise<FinishedArchive> {
  const { workspace, signing } = ports;
  const packed = await packBundle(
    {
      definition: bundle.definition,
      definitionPath: bundle.path,
      members,
      architecture: plan.release.architecture,
      timestamp: plan.timestamp,
      udsVersion: writtenFormats.uds,
      // The key of a certificate is gone after this run: nobody could name it.
      ...(signing?.signer.material.kind !== 'key'
        ? {}
        : { publicKeyPem: trustedKeyOf(signing.signer, 'the signing key').pem }),
    },
    { workspace },
    run,
  );
  await using opened = new AsyncDisposableStack();
  const frames = new Map<Digest, ExistingFrames>();
  for (const member of written) {
    const path = ports.outputFor(flavor).pathOf(member.fileName);
    const archive = opened.use(await ports.archives.open(path, run));
    for (const [digest, found] of await framesIn(archive, member, ports.compute, run))
      frames.set(digest, found);
  }
  const request: ReleaseArchiveRequest = {
    fileName: bundle.fileName,
    files: packed.files.map((file) => {
      const existing = frames.get(file.blob.digest);
      return { ...toArchiveFile(file), ...(existing === undefined ? {} : { existing }) };
    }),
    compression: 'zstd',
    step,
  };
  const archive = await write(request, packed.files, archivePorts(flavor, ports, true), ports, run);
  return { ...archive, root: { kind: 'bundle', digest: packed.rootDigest } };
}

/** Frames of the large contents of a package, by digest. What is written from them is judged like everything else. */
async function framesIn(
  archive: OpenArchive,
  { files }: PackedPackage,
  compute: Compute,
  run: Run,
): Promise<ReadonlyMap<Digest, ExistingFrames>> {
  const found = new Map<Digest, ExistingFrames>();
  const { ranges } = archive;
  if (ranges === undefined) return found;
  const digests = new Map(files.map(({ path, blob }) => [path, blob.digest]));
  await using source = await openCopySource(
    { ranges, chunks: (reading) => archive.chunks(reading) },
    { limits: defaultReadLimits, compute, keep: [] },
    run,
  );
  for (const { name, existing } of source.files) {
    const digest = digests.get(name);
    if (digest !== undefined && existing !== undefined) found.set(digest, existing);
  }
  return found;
}

/** Digest of the `zarf.yaml` of a package: what its signature and its whole content hang on. */
export function definitionDigest(packed: PackedPackage): Digest {
  const file = packed.files.find(({ path }) => path === 'zarf.yaml');
  if (file === undefined) throw new InternalError(`${packed.fileName} has no zarf.yaml`);
  return file.blob.digest;
}

/**
 * A blob of the cache that turns out damaged is dropped. What came from elsewhere is fetched anew at once, everything
 * else made anew by the next run.
 */
async function write(
  request: ReleaseArchiveRequest,
  files: readonly PackedFile[],
  ports: ReleaseArchivePorts,
  { blobs }: Pick<AssemblePorts, 'blobs'>,
  run: Run,
): Promise<ReleaseArchive> {
  try {
    return await writeReleaseArchive(request, ports, run);
  } catch (error) {
    const refused = error instanceof ReleaseInputError && error.code === 'SELF_VERIFY_FAILED';
    if (!refused && !tellsOfDamage(error)) throw error;
    const changed = await dropDamaged(files, run);
    if (changed !== undefined) throw changed;
    const contents = files.map(({ blob }) => blob);
    if (!(await renewDamaged(contents, blobs, run))) throw error;
    return writeReleaseArchive(request, ports, run);
  }
}

/**
 * Reading with comparison is what makes a store drop what is damaged.
 * @returns what tells more of it than the archive does
 */
async function dropDamaged(files: readonly PackedFile[], run: Run): Promise<PackError | undefined> {
  let changed: PackError | undefined;
  for (const { blob } of files) {
    if (blob.openUnchecked === undefined) continue;
    try {
      for await (const _ of blob.open(run)) run.signal.throwIfAborted();
    } catch (error) {
      run.signal.throwIfAborted();
      if (error instanceof PackError) changed ??= error;
    }
  }
  return changed;
}

function archivePorts(
  flavor: ReleaseFlavor,
  ports: AssemblePorts,
  detached: boolean,
): ReleaseArchivePorts {
  const { compute, frames, records, verify, signing } = ports;
  return {
    output: ports.outputFor(flavor),
    compute,
    frames,
    records,
    verify,
    ...(signing === undefined || !detached
      ? {}
      : {
          signBeside: (path, digest, run) =>
            signOnce({ digest, open: () => ports.openWritten(path, run) }, signing, run),
        }),
  };
}
