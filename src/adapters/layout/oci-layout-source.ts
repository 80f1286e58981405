import { type Descriptor, type Platform, plain } from '../../oci/descriptor.ts';
import type { Digest } from '../../oci/digest.ts';
import { isIndexType, type OciIndex, parseIndex } from '../../oci/image-index.ts';
import { parseLayoutMarker } from '../../oci/layout.ts';
import { isManifestType } from '../../oci/manifest.ts';
import { type NormalizedReference, normalizeReference } from '../../oci/reference.ts';
import type { ImageSource, ResolvedImage } from '../../ports/image-source.ts';
import type { Run } from '../../support/run.ts';
import { LayoutError } from './layout-error.ts';
import { type LayoutFiles, openedOnce, readDocument } from './layout-files.ts';
import { chooseEntry } from './layout-names.ts';
import {
  fits,
  readBlob,
  takeIndex,
  takeManifest,
  type Walk,
  wrongPlatform,
} from './layout-walk.ts';

/** Images of an OCI image layout. @see OCI image-spec 1.1, image-layout.md */
export class OciLayoutSource implements ImageSource {
  readonly name: string;
  readonly #files: (run: Run) => Promise<LayoutFiles>;

  /** @param open gives the files when the first image is asked for */
  constructor(path: string, open: (run: Run) => Promise<LayoutFiles>) {
    this.name = `oci-layout ${path}`;
    this.#files = openedOnce(open);
  }

  /**
   * Finds an image by the names of its descriptor, or by digest.
   * @throws LayoutError all codes; OciError OCI_REFERENCE_INVALID, OCI_DOCUMENT_INVALID, OCI_DIGEST_MISMATCH, OCI_SIZE_MISMATCH
   */
  async resolve(
    reference: string,
    platform: Platform,
    run: Run,
  ): Promise<ResolvedImage | undefined> {
    const wanted = normalizeReference(reference);
    const files = await this.#files(run);
    return resolveInLayout(files, this.name, reference, wanted, platform, run);
  }
}

/** One look-up in a layout. */
async function resolveInLayout(
  files: LayoutFiles,
  source: string,
  reference: string,
  wanted: NormalizedReference,
  platform: Platform,
  run: Run,
): Promise<ResolvedImage | undefined> {
  parseLayoutMarker(await readDocument(files, 'oci-layout', run), `${files.origin}/oci-layout`);
  const index = parseIndex(
    await readDocument(files, 'index.json', run),
    undefined,
    `${files.origin}/index.json`,
  );
  const walk: Walk = { files, platform, blobs: new Map(), run };
  const chosen =
    chooseEntry(index, wanted, platform, files) ??
    (await childByDigest(walk, index, wanted.digest));
  if (chosen === undefined) return undefined;
  const found = { reference, normalized: wanted.normalized, source };
  const { mediaType, digest } = chosen;
  const root = plain(chosen);
  if (isManifestType(mediaType)) {
    await takeManifest(walk, chosen, true);
    return {
      ...found,
      root: { ...root, ...(chosen.platform === undefined ? {} : { platform: chosen.platform }) },
      blobs: [...walk.blobs.values()],
    };
  }
  if (!isIndexType(mediaType))
    throw new LayoutError(
      'LAYOUT_INVALID',
      `${files.origin}: ${wanted.normalized} is of type ${mediaType}, neither a manifest nor an index`,
    );
  const children = parseIndex(
    await readBlob(walk, chosen),
    mediaType,
    `${files.origin}: ${digest}`,
  );
  const fitting = children.manifests.find((child) => fits(child.platform, platform));
  if (fitting === undefined)
    throw wrongPlatform(
      files,
      wanted.normalized,
      platform,
      children.manifests.map((child) => child.platform),
    );
  if (wanted.digest !== undefined) {
    await takeIndex(walk, chosen);
    return { ...found, root, blobs: [...walk.blobs.values()] };
  }
  if (!isManifestType(fitting.mediaType))
    throw new LayoutError(
      'LAYOUT_INVALID',
      `${files.origin}: the entry of ${wanted.normalized} for this platform is no manifest`,
    );
  await takeManifest(walk, fitting, true);
  return {
    ...found,
    root: {
      ...plain(fitting),
      ...(fitting.platform === undefined ? {} : { platform: fitting.platform }),
    },
    indexDigest: digest,
    blobs: [...walk.blobs.values()],
  };
}

/** A lock names the manifest of one platform, which may stand only in an inner index. */
async function childByDigest(
  walk: Walk,
  index: OciIndex,
  digest: Digest | undefined,
): Promise<Descriptor | undefined> {
  if (digest === undefined) return undefined;
  for (const entry of index.manifests) {
    if (!isIndexType(entry.mediaType)) continue;
    const inner = parseIndex(
      await readBlob(walk, entry),
      entry.mediaType,
      `${walk.files.origin}: ${entry.digest}`,
    );
    const found = inner.manifests.find((child) => child.digest === digest);
    if (found !== undefined) return found;
  }
  return undefined;
}
