import type { Descriptor } from '../../oci/descriptor.ts';
import { parseIndex } from '../../oci/image-index.ts';
import { blobPath } from '../../oci/layout.ts';
import { isManifestType } from '../../oci/manifest.ts';
import type { Run } from '../../support/run.ts';
import { parsePackageManifest, titleOf } from '../../uds/package-manifest.ts';
import { type LayoutFiles, missing, readDocument } from './layout-files.ts';

const definitionTitle = 'uds-bundle.yaml';

/**
 * The Zarf packages of a UDS bundle of either layout, each as the files it is made of; those of components
 * that the bundle leaves out are not there. Nothing for what is no bundle.
 * @throws LayoutError LAYOUT_BLOB_MISSING, LAYOUT_INVALID; OciError OCI_DOCUMENT_INVALID
 * @see shared reference of the UDS bundle format, 2.3 and 3.4
 */
export async function bundledPackages(
  files: LayoutFiles,
  run: Run,
): Promise<readonly LayoutFiles[]> {
  const packages: LayoutFiles[] = [];
  for (const [prefix, manifestsOf] of [
    ['', legacyManifests],
    ['oci/', nextManifests],
  ] as const) {
    const half = below(files, prefix);
    for (const manifest of await manifestsOf(half, run)) {
      const { layers } = await readManifest(half, manifest, run);
      packages.push(packageFiles(half, layers));
    }
  }
  return packages;
}

/** A legacy bundle leads from its one entry over a root manifest to its packages. */
async function legacyManifests(files: LayoutFiles, run: Run): Promise<readonly Descriptor[]> {
  const [root, another] = await entriesOf(files, run);
  if (root === undefined || another !== undefined || !isManifestType(root.mediaType)) return [];
  if ((await files.size(blobPath(root.digest))) === undefined) return [];
  const { layers } = await readManifest(files, root, run);
  return layers.some((layer) => titleOf(layer) === definitionTitle)
    ? layers.filter((layer) => titleOf(layer) === undefined)
    : [];
}

/** A next bundle names its packages in its index, beside its definition. */
async function nextManifests(files: LayoutFiles, run: Run): Promise<readonly Descriptor[]> {
  const entries = await entriesOf(files, run);
  return entries.filter(
    ({ mediaType, artifactType }) => isManifestType(mediaType) && artifactType === undefined,
  );
}

async function entriesOf(files: LayoutFiles, run: Run): Promise<readonly Descriptor[]> {
  for (const path of ['oci-layout', 'index.json'])
    if ((await files.size(path)) === undefined) return [];
  const bytes = await readDocument(files, 'index.json', run);
  return parseIndex(bytes, undefined, `${files.origin}/index.json`).manifests;
}

async function readManifest(
  files: LayoutFiles,
  descriptor: Descriptor,
  run: Run,
): Promise<ReturnType<typeof parsePackageManifest>> {
  const path = blobPath(descriptor.digest);
  return parsePackageManifest(await readDocument(files, path, run), `${files.origin}: ${path}`);
}

function packageFiles(half: LayoutFiles, layers: readonly Descriptor[]): LayoutFiles {
  const paths = new Map(layers.map((layer) => [titleOf(layer) ?? '', blobPath(layer.digest)]));
  return {
    origin: half.origin,
    size: async (name) => {
      const path = paths.get(name);
      return path === undefined ? undefined : half.size(path);
    },
    open: (name, run) => {
      const path = paths.get(name);
      if (path === undefined) throw missing(half, name);
      return half.open(path, run);
    },
  };
}

/** The files of a folder of a layout. */
export function below(files: LayoutFiles, prefix: string): LayoutFiles {
  return {
    origin: files.origin,
    size: (path) => files.size(`${prefix}${path}`),
    open: (path, reading) => files.open(`${prefix}${path}`, reading),
  };
}
