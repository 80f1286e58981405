import { join, resolve } from 'node:path';
import type { ListedImages } from '../adapters/layout/list-images.ts';
import type { Compute } from '../archive/compute.ts';
import type { Platform } from '../oci/descriptor.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { ImageSource, ResolvedImage } from '../ports/image-source.ts';
import type { SbomGenerator } from '../ports/sbom-generator.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import type { OpenRelease } from './open-release.ts';
import { judgeBySchema } from './sbom-schema.ts';

/** The catalogers of this program, remembering layers in the cache. */
export async function embeddedGenerator(
  version: string,
  cacheDir: string,
  compute: Compute,
): Promise<SbomGenerator> {
  const { EmbeddedGenerator } = await import('../adapters/catalogers/embedded-generator.ts');
  const { FsRecordStore } = await import('../adapters/fs/record-store.ts');
  return new EmbeddedGenerator(version, compute, new FsRecordStore(join(cacheDir, 'records')));
}

/**
 * A syft where one was named by its path, else the catalogers of this program.
 * @throws SyftError SYFT_UNUSABLE, SYFT_TIMEOUT, SYFT_FAILED
 */
export async function namedGenerator(
  syft: string | undefined,
  version: string,
  cacheDir: string,
  compute: Compute,
  run: Run,
): Promise<SbomGenerator> {
  const embedded = await embeddedGenerator(version, cacheDir, compute);
  if (syft === undefined) return embedded;
  const { SyftGenerator } = await import('../adapters/syft/syft-generator.ts');
  return SyftGenerator.open(syft, embedded, run);
}

/**
 * The same for a release: documents that its definition gives for images are taken instead.
 * @throws GivenSbomError SBOM_GIVEN_INVALID, SBOM_GIVEN_UNUSED
 */
export async function releaseGenerator(
  generator: SbomGenerator,
  { plan, workspace }: Pick<OpenRelease, 'plan' | 'workspace'>,
): Promise<SbomGenerator> {
  const { sboms = [] } = plan.release;
  if (sboms.length === 0) return generator;
  const { requireUsed, withGivenSboms } = await import('../operations/given-sboms.ts');
  requireUsed(plan);
  const schemaFaults = async (...given: Parameters<typeof judgeBySchema>) =>
    (await judgeBySchema(...given))?.faults;
  return withGivenSboms(generator, sboms, { workspace, schemaFaults });
}

/** Images that lie in one place: a layout, a `docker save` archive, a Zarf package, a UDS bundle. */
export async function imagesIn(
  location: string,
  wanted: readonly string[],
  platform: Platform,
  deps: { readonly workspace: Workspace; readonly blobs: BlobStore },
  run: Run,
): Promise<{
  readonly found: readonly ResolvedImage[];
  readonly missing: readonly string[];
  /** What lies there, as it can be asked for. */
  readonly there: readonly string[];
}> {
  const { openLayout } = await import('../adapters/layout/open-layout.ts');
  const { listPlaces } = await import('../adapters/layout/list-images.ts');
  const path = resolve(location);
  const files = await openLayout(path, deps.workspace, deps.blobs, run);
  const places = await Promise.all(
    (await listPlaces(files, run)).map(async (listed) => ({
      listed,
      source: await sourceOf(path, listed),
    })),
  );
  const there = new Set(places.flatMap(({ listed }) => listed.references));
  const found = new Map<string, ResolvedImage>();
  const missing: string[] = [];
  for (const reference of wanted.length === 0 ? there : wanted) {
    let known = false;
    for (const { listed, source } of places) {
      const name = listed.byRefName.get(reference) ?? reference;
      const image = await source.resolve(name, platform, run);
      if (image === undefined) continue;
      known = true;
      // Packages of a bundle may carry the same image.
      found.set(`${image.normalized} ${image.root.digest}`, image);
    }
    if (!known) missing.push(reference);
  }
  const names = new Map(
    places.flatMap(({ listed }) => [...listed.byRefName].map(([name, full]) => [full, name])),
  );
  return {
    found: [...found.values()],
    missing,
    there: [...there].map((each) => names.get(each) ?? each),
  };
}

async function sourceOf(path: string, { kind, files }: ListedImages): Promise<ImageSource> {
  if (kind === 'oci-layout') {
    const { OciLayoutSource } = await import('../adapters/layout/oci-layout-source.ts');
    return new OciLayoutSource(path, async () => files);
  }
  const { DockerArchiveSource } = await import('../adapters/layout/docker-archive-source.ts');
  return new DockerArchiveSource(path, async () => files);
}
