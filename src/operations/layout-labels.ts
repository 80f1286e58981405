import { posix } from 'node:path';
import { CowaError } from '../errors/families.ts';
import type { OwnImage } from '../lint/deployed-release.ts';
import { annotationKeys, type Descriptor } from '../oci/descriptor.ts';
import { hexOf } from '../oci/digest.ts';
import { isImageConfigType, parseImageConfig } from '../oci/image-config.ts';
import { isIndexType, parseIndex } from '../oci/image-index.ts';
import { imageLabels } from '../oci/image-labels.ts';
import { isManifestType, parseManifest } from '../oci/manifest.ts';
import type { Workspace } from '../ports/workspace.ts';

const maxDocumentBytes = 2 ** 22;
const maxImages = 500;
const maxDepth = 4;

/**
 * What the images of an OCI layout say of themselves. A layout that is not there, or packed, tells nothing; what of
 * it cannot be read is left out.
 * @param folder of the layout, for the workspace
 */
export async function layoutLabels(
  folder: string,
  workspace: Workspace,
): Promise<readonly OwnImage[]> {
  const found: OwnImage[] = [];
  const read = (path: string): Promise<Uint8Array> =>
    workspace.read(posix.join(folder, path), maxDocumentBytes);
  const blob = ({ digest }: Descriptor): Promise<Uint8Array> =>
    read(`blobs/sha256/${hexOf(digest)}`);
  const follow = async (each: Descriptor, name: string, depth: number): Promise<void> => {
    if (found.length >= maxImages || depth > maxDepth) return;
    const subject = `${folder}: ${each.digest}`;
    if (isIndexType(each.mediaType)) {
      for (const inner of parseIndex(await blob(each), each.mediaType, subject).manifests)
        await quietly(() => follow(inner, name, depth + 1));
      return;
    }
    if (!isManifestType(each.mediaType)) return;
    const { config } = parseManifest(await blob(each), each.mediaType, subject);
    if (!isImageConfigType(config.mediaType)) return;
    const { members } = parseImageConfig(await blob(config), subject);
    const file = posix.join(folder, 'index.json');
    found.push({ reference: name, ...imageLabels(members), place: { file, line: 1, column: 1 } });
  };
  await quietly(async () => {
    const { manifests } = parseIndex(await read('index.json'), undefined, `${folder}/index.json`);
    for (const each of manifests) {
      const { annotations = {} } = each;
      const name =
        annotations[annotationKeys.baseName] ?? annotations[annotationKeys.refName] ?? each.digest;
      await quietly(() => follow(each, name, 0));
    }
  });
  return found;
}

async function quietly(task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof CowaError)) throw error;
  }
}
