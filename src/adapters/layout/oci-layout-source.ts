import { annotationKeys, type Descriptor, type Platform } from '../../oci/descriptor.ts';
import { type Digest, digestOf } from '../../oci/digest.ts';
import { isImageConfigType, parseImageConfig } from '../../oci/image-config.ts';
import { isIndexType, type OciIndex, parseIndex } from '../../oci/image-index.ts';
import { blobPath, parseLayoutMarker } from '../../oci/layout.ts';
import { isManifestType, parseManifest } from '../../oci/manifest.ts';
import { type NormalizedReference, normalizeReference } from '../../oci/reference.ts';
import { OciError } from '../../oci/oci-error.ts';
import { verified } from '../../oci/verified.ts';
import type { ImageBlob, ImageSource, ResolvedImage } from '../../ports/image-source.ts';
import type { Run } from '../../support/run.ts';
import { LayoutError } from './layout-error.ts';
import { type LayoutFiles, missing, readDocument } from './layout-files.ts';

const nameKeys = [annotationKeys.refName, annotationKeys.baseName, 'io.containerd.image.name'];
const maxIndexDepth = 3;

/** Images of an OCI image layout. @see OCI image-spec 1.1, image-layout.md */
export class OciLayoutSource implements ImageSource {
  readonly name: string;
  readonly #open: (run: Run) => Promise<LayoutFiles>;
  #files: Promise<LayoutFiles> | undefined;

  /** @param open gives the files when the first image is asked for */
  constructor(path: string, open: (run: Run) => Promise<LayoutFiles>) {
    this.name = `oci-layout ${path}`;
    this.#open = open;
  }

  /**
   * Finds an image by the names of its descriptor, or by digest.
   * @throws LayoutError all codes; OciError OCI_REFERENCE_INVALID, OCI_DOCUMENT_INVALID, OCI_DIGEST_MISMATCH, OCI_SIZE_MISMATCH
   */
  async resolve(reference: string, platform: Platform, run: Run): Promise<ResolvedImage | undefined> {
    const wanted = normalizeReference(reference);
    this.#files ??= this.#open(run);
    const files = await this.#files.catch((error: unknown) => {
      this.#files = undefined;
      throw error;
    });
    return await resolveInLayout(files, this.name, reference, wanted, platform, run);
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
  const index = parseIndex(await readDocument(files, 'index.json', run), undefined, `${files.origin}/index.json`);
  const walk: Walk = { files, platform, blobs: new Map(), run };
  const chosen = choose(index, wanted, platform, files) ?? (await childByDigest(walk, index, wanted.digest));
  if (chosen === undefined) return undefined;
  const found = { reference, normalized: wanted.normalized, source };
  const { mediaType, digest, size } = chosen;
  const root = { mediaType, digest, size };
  if (isManifestType(mediaType)) {
    await takeManifest(walk, chosen, true);
    return { ...found, root: { ...root, ...(chosen.platform === undefined ? {} : { platform: chosen.platform }) }, blobs: [...walk.blobs.values()] };
  }
  if (!isIndexType(mediaType)) throw new LayoutError('LAYOUT_INVALID', `${files.origin}: ${wanted.normalized} is of type ${mediaType}, neither a manifest nor an index`);
  const children = parseIndex(await readBlob(walk, chosen), mediaType, `${files.origin}: ${digest}`);
  const fitting = children.manifests.find((child) => fits(child.platform, platform));
  if (fitting === undefined) throw wrongPlatform(files, wanted.normalized, platform, children.manifests.map((child) => child.platform));
  if (wanted.digest !== undefined) {
    await takeIndex(walk, chosen, 1);
    return { ...found, root, blobs: [...walk.blobs.values()] };
  }
  if (!isManifestType(fitting.mediaType)) throw new LayoutError('LAYOUT_INVALID', `${files.origin}: the entry of ${wanted.normalized} for this platform is no manifest`);
  await takeManifest(walk, fitting, true);
  return {
    ...found,
    root: { mediaType: fitting.mediaType, digest: fitting.digest, size: fitting.size, ...(fitting.platform === undefined ? {} : { platform: fitting.platform }) },
    indexDigest: digest,
    blobs: [...walk.blobs.values()],
  };
}

/** The descriptor a reference means. Two different ones for one name are refused: which one would be packed is chance. */
function choose(index: OciIndex, wanted: NormalizedReference, platform: Platform, files: LayoutFiles): Descriptor | undefined {
  const named = index.manifests.filter((entry) => wanted.digest === entry.digest || (wanted.digest === undefined && namesOf(entry).includes(wanted.normalized)));
  const exact = named.length > 0 ? named : index.manifests.filter((entry) => wanted.digest === undefined && bareTagOf(entry) === wanted.tag && index.manifests.length === 1);
  const different = [...new Map(exact.map((entry) => [entry.digest, entry])).values()];
  if (different.length <= 1) return different[0];
  const fitting = different.filter((entry) => fits(entry.platform, platform));
  if (fitting.length === 1 && different.every((entry) => entry.platform !== undefined)) return fitting[0];
  throw new LayoutError('LAYOUT_NAME_TWICE', `${files.origin}: ${different.length} images are called ${wanted.normalized}: ${different.map(({ digest }) => digest).join(', ')}`, {
    suggestions: ['Name the one that is meant by digest, or remove the other from the layout'],
  });
}

/** A lock names the manifest of one platform, which may stand only in an inner index. */
async function childByDigest(walk: Walk, index: OciIndex, digest: Digest | undefined): Promise<Descriptor | undefined> {
  if (digest === undefined) return undefined;
  for (const entry of index.manifests) {
    if (!isIndexType(entry.mediaType)) continue;
    const inner = parseIndex(await readBlob(walk, entry), entry.mediaType, `${walk.files.origin}: ${entry.digest}`);
    const found = inner.manifests.find((child) => child.digest === digest);
    if (found !== undefined) return found;
  }
  return undefined;
}

function namesOf({ annotations = {} }: Descriptor): readonly string[] {
  const texts = nameKeys.flatMap((key) => (annotations[key] === undefined ? [] : [annotations[key]]));
  // Anything may stand in an annotation; what is no full name is not one.
  return texts.filter((text) => text.includes('/')).flatMap((text) => fullName(text) ?? []);
}

function bareTagOf({ annotations = {} }: Descriptor): string | undefined {
  const text = annotations[annotationKeys.refName];
  return text?.includes('/') === true ? undefined : text;
}

function fullName(text: string): string | undefined {
  try {
    return normalizeReference(text).normalized;
  } catch (error) {
    if (error instanceof OciError) return undefined;
    throw error;
  }
}

interface Walk {
  readonly files: LayoutFiles;
  readonly platform: Platform;
  readonly blobs: Map<Digest, ImageBlob>;
  readonly run: Run;
}

async function takeIndex(walk: Walk, self: Descriptor, depth: number): Promise<void> {
  if (depth > maxIndexDepth) throw new LayoutError('LAYOUT_INVALID', `${walk.files.origin}: indexes are nested deeper than ${maxIndexDepth}`);
  const index = parseIndex(await readBlob(walk, self), self.mediaType, `${walk.files.origin}: ${self.digest}`);
  await take(walk, self, 'index');
  for (const child of index.manifests) {
    if (walk.blobs.has(child.digest)) continue;
    if (isIndexType(child.mediaType)) await takeIndex(walk, child, depth + 1);
    else await takeManifest(walk, child, false);
  }
}

async function takeManifest(walk: Walk, self: Descriptor, judgePlatform: boolean): Promise<void> {
  const { files, platform } = walk;
  const manifest = parseManifest(await readBlob(walk, self), self.mediaType, `${files.origin}: ${self.digest}`);
  await take(walk, self, 'manifest');
  await take(walk, manifest.config, 'config');
  for (const layer of manifest.layers) await take(walk, layer, 'layer');
  if (!judgePlatform || !isImageConfigType(manifest.config.mediaType)) return;
  const config = parseImageConfig(await readBlob(walk, manifest.config), `${files.origin}: config ${manifest.config.digest}`);
  if (!fits(config.platform, platform)) throw wrongPlatform(files, self.digest, platform, [config.platform]);
}

async function take({ files, blobs }: Walk, { digest, size, mediaType }: Descriptor, role: ImageBlob['role']): Promise<void> {
  if (blobs.has(digest)) return;
  const path = blobPath(digest);
  const actual = await files.size(path);
  if (actual === undefined) throw missing(files, path);
  if (actual !== size) throw new OciError('OCI_SIZE_MISMATCH', `${files.origin}: blob ${digest} has ${actual} bytes, expected ${size}`);
  blobs.set(digest, { digest, size, mediaType, role, open: (run) => verified(files.open(path, run), { digest, size }) });
}

async function readBlob({ files, run }: Walk, { digest, size }: Descriptor): Promise<Uint8Array> {
  const bytes = await readDocument(files, blobPath(digest), run);
  if (bytes.byteLength !== size) throw new OciError('OCI_SIZE_MISMATCH', `${files.origin}: blob ${digest} has ${bytes.byteLength} bytes, expected ${size}`);
  if (digestOf(bytes) !== digest) throw new OciError('OCI_DIGEST_MISMATCH', `${files.origin}: blob ${digest} hashes to ${digestOf(bytes)}`);
  return bytes;
}

function fits(found: Platform | undefined, wanted: Platform): boolean {
  return found?.architecture === wanted.architecture && found.os === wanted.os;
}

function wrongPlatform(files: LayoutFiles, name: string, wanted: Platform, found: readonly (Platform | undefined)[]): LayoutError {
  const names = [...new Set(found.map((platform) => (platform === undefined ? 'unnamed' : `${platform.os}/${platform.architecture}`)))];
  return new LayoutError('LAYOUT_PLATFORM', `${files.origin}: ${name} is there for ${names.slice(0, 12).join(', ') || 'no platform'}, not for ${wanted.os}/${wanted.architecture}`, {
    suggestions: ['Put an image of this platform into the layout, or change architecture in cowa-release.yaml'],
  });
}
