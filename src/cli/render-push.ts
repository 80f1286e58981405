import type { PushedTo } from '../operations/push-images.ts';
import { formatSize } from '../support/format-size.ts';

/** What `images push --output json` prints. */
export interface ImagesPushResult {
  readonly schema: 'cowa-release/images-push/v1';
  readonly registries: readonly PushedTo[];
}

/** Which image lies where, by digest. */
export function renderPush(registries: readonly PushedTo[]): string {
  return registries
    .flatMap(({ registry, images }) => {
      const sent = images.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
      return [
        `PUSHED  ${images.length} ${images.length === 1 ? 'image' : 'images'} to ${registry}, ${formatSize(sent)} sent`,
        ...images.map(
          ({ pushed, digest, blobs }) =>
            `  ${pushed}@${digest}  (${blobs.uploaded} sent, ${blobs.mounted} taken over, ${blobs.there} there)`,
        ),
      ];
    })
    .join('\n');
}
