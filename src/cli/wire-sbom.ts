import { join, resolve } from 'node:path';
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

/** Images that lie in one place: a layout, a `docker save` archive, a Zarf package. */
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
  const { listImages } = await import('../adapters/layout/list-images.ts');
  const path = resolve(location);
  const listed = await listImages(await openLayout(path, deps.workspace, deps.blobs, run), run);
  const source: ImageSource =
    listed.kind === 'oci-layout'
      ? new (await import('../adapters/layout/oci-layout-source.ts')).OciLayoutSource(
          path,
          async () => listed.files,
        )
      : new (await import('../adapters/layout/docker-archive-source.ts')).DockerArchiveSource(
          path,
          async () => listed.files,
        );
  const found: ResolvedImage[] = [];
  const missing: string[] = [];
  for (const reference of wanted.length === 0 ? listed.references : wanted) {
    const known = listed.byRefName.get(reference) ?? reference;
    const image = await source.resolve(known, platform, run);
    if (image === undefined) missing.push(reference);
    else found.push(image);
  }
  const names = new Map([...listed.byRefName].map(([name, reference]) => [reference, name]));
  return { found, missing, there: listed.references.map((each) => names.get(each) ?? each) };
}
