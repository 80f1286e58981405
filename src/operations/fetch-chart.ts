import { compareVersions, parseVersion } from '../helm/semantic-version.ts';
import { type Digest, hexOf } from '../oci/digest.ts';
import { parseManifest } from '../oci/manifest.ts';
import type { BlobSource, StoredBlob } from '../ports/blob-store.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import type { Run } from '../support/run.ts';
import { chartLimits, parseChartMetadata } from '../zarf/helm-package.ts';
import { fetchFile } from './fetch-file.ts';
import type { FetchedInput, FetchPorts } from './fetch-ports.ts';
import { findInIndex, repositoryIndex } from './helm-index.ts';
import { RemoteInputError } from './input-error.ts';
import { resolveImages } from './resolve-images.ts';
import { takeBlob } from './take-blob.ts';
import { unpackChart } from './unpack-chart.ts';

const chartLayer = /^application\/(?:vnd\.cncf\.helm\.chart\.content\.v1\.tar\+gzip|tar\+gzip)$/;

/**
 * Brings a packed chart into the store, byte for byte as it was published.
 * @param digest what is promised of it; undefined: what its repository gives now
 * @throws RemoteInputError INPUT_*; FetchError, FetchContentError FETCH_*; ImageError IMAGE_NOT_FOUND
 * @see Helm documentation, "The chart repository guide" and "Use OCI-based registries"
 */
export async function fetchChart(
  address: string,
  digest: Digest | undefined,
  ports: FetchPorts,
  run: Run,
): Promise<FetchedInput> {
  const found = address.startsWith('oci://')
    ? await fromRegistry(address, ports, run)
    : await fromRepository(address, digest, ports, run);
  const { stored, held, manifest } = found;
  await requireChart(address, found.version, stored, ports, run);
  const { size } = stored;
  const sha256 = hexOf(stored.digest);
  return {
    locked: {
      kind: 'chart',
      address,
      sha256,
      size,
      ...(manifest === undefined ? {} : { manifest }),
    },
    content: { kind: 'file', ...stored },
    held,
  };
}

interface FoundChart {
  readonly stored: StoredBlob;
  readonly held: boolean;
  readonly manifest?: Digest;
  /** As the index lists it. */
  readonly version?: string;
}

async function fromRegistry(address: string, ports: FetchPorts, run: Run): Promise<FoundChart> {
  const reference = address.slice('oci://'.length);
  const resolved = await resolveImages([reference], ports.images, ports.platform, {}, run);
  const image = resolved.get(reference);
  const layer = image === undefined ? undefined : await chartLayerOf(image, run);
  if (image === undefined || layer === undefined)
    throw new RemoteInputError('INPUT_NOT_FOUND', `${address} holds no Helm chart`, {
      suggestions: ['Name the repository and version that helm push wrote'],
    });
  const { digest, size } = layer;
  const held = (await ports.blobs.find(digest)) === size;
  if (!held) await takeBlob(layer, ports.blobs, run);
  return { stored: { digest, size }, held, manifest: image.root.digest };
}

async function chartLayerOf(
  { root, blobs, reference }: ResolvedImage,
  run: Run,
): Promise<BlobSource | undefined> {
  const document = blobs.find((blob) => blob.digest === root.digest && blob.role === 'manifest');
  if (document === undefined) return undefined;
  const bytes = Buffer.concat(await Array.fromAsync(document.open(run)));
  const { layers } = parseManifest(bytes, root.mediaType, reference);
  const chart = layers.find(({ mediaType }) => chartLayer.test(mediaType));
  return blobs.find((blob) => blob.digest === chart?.digest);
}

async function fromRepository(
  address: string,
  promised: Digest | undefined,
  ports: FetchPorts,
  run: Run,
): Promise<FoundChart> {
  const [, repository = '', name = '', version = ''] =
    /^(.*)#([^#@]+)@([^@]*)$/.exec(address) ?? [];
  const index = await repositoryIndex(repository, ports, run);
  const named = { address, repository, name, version, promised };
  const { url, digest, version: found } = findInIndex(index, named);
  // The index says it of what stands there now; a lock or definition knows better.
  const expected = promised ?? digest;
  if (expected !== undefined) {
    const size = await ports.blobs.find(expected);
    if (size !== undefined)
      return { stored: { digest: expected, size }, held: true, version: found };
  }
  const stored = await fetchFile(url, { digest: expected }, ports, run);
  return { stored, held: false, version: found };
}

/** What a server gives may be anything; and a repository may list one version and hold another. */
async function requireChart(
  address: string,
  listed: string | undefined,
  { digest, size }: StoredBlob,
  { blobs }: FetchPorts,
  run: Run,
): Promise<void> {
  const refuse = (what: string): RemoteInputError =>
    new RemoteInputError('INPUT_DOCUMENT', `${address} ${what}`, {
      suggestions: ['Ask whoever runs the repository, or name another version'],
    });
  if (size > chartLimits.maxChartBytes)
    throw refuse(`has ${size} bytes, a chart has at most ${chartLimits.maxChartBytes}`);
  const bytes = Buffer.concat(await Array.fromAsync(blobs.open(digest, run)));
  const file = (await unpackChart(bytes))?.get('Chart.yaml');
  if (file === undefined) throw refuse('is no packed chart');
  const { version } = parseChartMetadata(file, `${address} Chart.yaml`);
  const wanted = listed ?? /[:@]([^:@/]+)$/.exec(address)?.[1]?.replaceAll('_', '+') ?? '';
  const [there, asked] = [parseVersion(version), parseVersion(wanted)];
  if (there === undefined || asked === undefined) return;
  if (compareVersions(there, asked) !== 0 || there.metadata !== asked.metadata)
    throw refuse(`holds version ${version} of its chart`);
}
