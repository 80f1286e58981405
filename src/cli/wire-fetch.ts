import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Fetching } from '../operations/fetch-step.ts';
import { FetchedContents } from '../operations/fetched-workspace.ts';
import type { ReleasePlan } from '../operations/plan-release.ts';
import { releasePlatform } from '../operations/resolve-release-images.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { ImageSource } from '../ports/image-source.ts';

/** What inputs of a release are fetched with; nothing is contacted yet. */
export async function fetchingOf(
  plan: ReleasePlan,
  wiring: {
    /** Folder of the definition, absolute. */
    readonly root: string;
    readonly blobs: BlobStore;
    readonly images: readonly ImageSource[];
  },
): Promise<Fetching> {
  const { WebFiles } = await import('../adapters/http/web-files.ts');
  const { caFile, ...rules } = plan.release.remoteInputs ?? { hosts: [] };
  const dockerConfig = process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker');
  const { root, blobs, images } = wiring;
  const hubToken = process.env['COWA_HUB_TOKEN'] ?? '';
  return {
    web: new WebFiles({
      ...rules,
      ...(caFile === undefined ? {} : { caFile: resolve(root, caFile) }),
      dockerConfigPath: join(dockerConfig, 'config.json'),
    }),
    images,
    platform: releasePlatform(plan),
    blobs,
    contents: new FetchedContents(),
    ...(hubToken === '' ? {} : { hubToken }),
  };
}
