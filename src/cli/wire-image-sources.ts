import type { ClientSettings } from '../adapters/registry/make-client.ts';
import type { ImageSourceConfig } from '../config/release-definition.ts';
import type { Platform } from '../oci/descriptor.ts';
import type { BuildSourceDeps } from '../operations/build-source.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { ImageSource, ResolvedImage } from '../ports/image-source.ts';
import type { OutputFolder } from '../ports/output.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { registrySettings } from './wire-registry.ts';

/** What sources are built with. */
export interface ImageSourceDeps {
  /** Rooted at the folder of `cowa-release.yaml`. */
  readonly workspace: Workspace;
  /** Where the contents of layouts in tars are kept. */
  readonly blobs: BlobStore;
  /** Seconds since 1970, for composed images. */
  readonly epochSeconds: number;
  /** What was built; without it, images that are to be built are never there. */
  readonly builds?: RecordStore;
  /** Labels of built images, and where each is said to come from. */
  readonly building?: Pick<BuildSourceDeps, 'labels' | 'origin'>;
  /** Logins and proxies of registries. */
  readonly registry?: Pick<ClientSettings, 'dockerConfigPath' | 'proxies' | 'gate' | 'login'>;
}

/**
 * The configured sources, in their order.
 * @throws ComposeError, OciError for images that are described wrongly
 */
export async function imageSourcesFrom(
  configs: readonly ImageSourceConfig[],
  deps: ImageSourceDeps,
): Promise<readonly ImageSource[]> {
  const sources: ImageSource[] = [];
  for (const [index, config] of configs.entries()) {
    sources.push(
      await sourceFrom(config, deps, (reference, platform, run) =>
        firstOf(sources.slice(index + 1), reference, platform, run),
      ),
    );
  }
  return sources;
}

async function sourceFrom(
  config: ImageSourceConfig,
  deps: ImageSourceDeps,
  resolveBase: ImageSource['resolve'],
): Promise<ImageSource> {
  const { workspace, blobs, epochSeconds, registry } = deps;
  switch (config.type) {
    case 'build': {
      const { buildSource } = await import('../operations/build-source.ts');
      const { MemoryRecordStore } = await import('../adapters/memory/record-store.ts');
      const { builds: records = new MemoryRecordStore() } = deps;
      const { building = { labels: () => ({}), origin: () => ({}) } } = deps;
      return buildSource(config, {
        ...building,
        ...{ workspace, blobs, records, epochSeconds, resolveBase },
      });
    }
    case 'compose': {
      const { ComposeSource } = await import('../adapters/compose/compose-source.ts');
      return new ComposeSource({ images: config.images, workspace, epochSeconds, resolveBase });
    }
    case 'oci-layout': {
      const { OciLayoutSource } = await import('../adapters/layout/oci-layout-source.ts');
      const { openLayout } = await import('../adapters/layout/open-layout.ts');
      return new OciLayoutSource(config.path, (run) =>
        openLayout(config.path, workspace, blobs, run),
      );
    }
    case 'docker-archive': {
      const { DockerArchiveSource } = await import('../adapters/layout/docker-archive-source.ts');
      const { openLayout } = await import('../adapters/layout/open-layout.ts');
      return new DockerArchiveSource(config.path, (run) =>
        openLayout(config.path, workspace, blobs, run),
      );
    }
    case 'registry': {
      const { RegistrySource } = await import('../adapters/registry/registry-source.ts');
      return new RegistrySource({
        ...registry,
        ...registrySettings(config, workspace.root),
        held: blobs,
      });
    }
  }
}

async function firstOf(
  sources: readonly ImageSource[],
  reference: string,
  platform: Platform,
  run: Run,
): Promise<ResolvedImage | undefined> {
  for (const source of sources) {
    const found = await source.resolve(reference, platform, run);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A folder of the user that results are written to. */
export async function outputFolderIn(folder: string): Promise<OutputFolder> {
  const { FsOutputFolder } = await import('../adapters/fs/output-folder.ts');
  return new FsOutputFolder(folder);
}
