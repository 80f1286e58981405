import { ByteFeed } from '../archive/byte-feed.ts';
import { decompressed } from '../archive/compressed-input.ts';
import type { Compute } from '../archive/compute.ts';
import { ContainerFault } from '../archive/container-fault.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import type { Survey } from '../archive/survey.ts';
import { readTar } from '../archive/tar-reader.ts';
import type { ArchiveFacts, PackageFacts } from '../checks/facts.ts';
import type { OpenArchive } from '../ports/archive-source.ts';
import { SbomError } from '../sbom/sbom-error.ts';
import type { Run } from '../support/run.ts';

const maxTarBytes = 512 * 2 ** 20;

/**
 * `sboms.tar` of every package, read in a second pass by the names the first one found.
 * @throws SbomError SBOM_DOCUMENT_INVALID
 */
export async function sbomTarsOf(
  facts: ArchiveFacts,
  survey: Survey,
  archive: OpenArchive,
  compute: Compute,
  run: Run,
): Promise<ReadonlyMap<PackageFacts, Uint8Array>> {
  const wanted = new Map<string, readonly PackageFacts[]>();
  for (const each of facts.packages) {
    const digest = each.files.get('sboms.tar')?.digest;
    const entry = survey.entries.find((one) => digest !== undefined && one.digest === digest);
    if (entry !== undefined) wanted.set(entry.name, [...(wanted.get(entry.name) ?? []), each]);
  }
  const found = new Map<PackageFacts, Uint8Array>();
  if (wanted.size === 0) return found;
  const plain = decompressed(archive.chunks(run), defaultReadLimits, compute);
  try {
    for await (const entry of readTar(new ByteFeed(plain), defaultReadLimits, { endBlocks: 0 })) {
      run.signal.throwIfAborted();
      const owners = entry.size > maxTarBytes ? undefined : wanted.get(entry.name);
      const kept: Buffer[] = [];
      // What is not wanted has to be passed over.
      for await (const piece of entry.content())
        if (owners !== undefined) kept.push(Buffer.from(piece));
      if (owners === undefined) continue;
      for (const each of owners) found.set(each, Buffer.concat(kept));
      wanted.delete(entry.name);
      if (wanted.size === 0) break;
    }
  } catch (error) {
    if (!(error instanceof ContainerFault)) throw error;
    throw new SbomError('SBOM_DOCUMENT_INVALID', error.message, { cause: error });
  }
  const [missing] = wanted.keys();
  if (missing !== undefined)
    throw new SbomError(
      'SBOM_DOCUMENT_INVALID',
      `${missing} is larger than the ${maxTarBytes} bytes of SBOMs that are read`,
    );
  return found;
}
