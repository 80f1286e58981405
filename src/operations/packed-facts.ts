import { ByteFeed } from '../archive/byte-feed.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import { readSbomOutlines } from '../archive/sbom-outlines.ts';
import type { PackageFacts, PackageFile } from '../checks/facts.ts';
import { gatherPackage } from '../checks/package-facts.ts';
import type { Run } from '../support/run.ts';
import type { PackedFile, PackedPackage } from './packed-package.ts';

const maxDocumentBytes = 16 * 2 ** 20;
const maxRounds = 6;

/** What is known of a package before it is an archive: its documents are read, layers and components are not. */
export async function packedFacts(packed: PackedPackage, run: Run): Promise<PackageFacts> {
  const byPath = new Map(packed.files.map((file) => [file.path, file]));
  const files = new Map<string, PackageFile>(
    packed.files.map(({ path, blob: { digest, size } }) => [
      path,
      { path, digest, size, declared: undefined, content: undefined, head: undefined },
    ]),
  );
  const read = async (path: string): Promise<boolean> => {
    const [file, known] = [byPath.get(path), files.get(path)];
    if (file === undefined || known === undefined || known.content !== undefined) return false;
    if (file.blob.size > maxDocumentBytes) return false;
    files.set(path, { ...known, content: await contentOf(file, run) });
    return true;
  };
  for (const path of ['zarf.yaml', 'images/oci-layout', 'images/index.json']) await read(path);
  await readSboms(byPath.get('sboms.tar'), files, run);
  const label = packed.definition.metadata.name;
  // Each round tells which documents the ones before lead to.
  for (let round = 0; round < maxRounds; round++) {
    const { images } = gatherPackage(label, files);
    let found = false;
    for (const { digest } of images?.unread ?? [])
      found = (await read(`images/blobs/sha256/${digest.slice('sha256:'.length)}`)) || found;
    if (!found) break;
  }
  return gatherPackage(label, files);
}

async function readSboms(
  file: PackedFile | undefined,
  files: Map<string, PackageFile>,
  run: Run,
): Promise<void> {
  const known = files.get('sboms.tar');
  if (file === undefined || known === undefined) return;
  const nested = await readSbomOutlines(new ByteFeed(file.blob.open(run)), defaultReadLimits);
  files.set('sboms.tar', { ...known, nested });
}

async function contentOf({ blob }: PackedFile, run: Run): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(blob.open(run)));
}
