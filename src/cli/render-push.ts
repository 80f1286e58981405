import type { PushedTo } from '../operations/push-images.ts';
import { counted } from '../support/counted.ts';
import { formatSize } from '../support/format-size.ts';
import { type ErrorJson, toErrorJson } from './error-output.ts';

/** What `images push --output json` prints. */
export interface ImagesPushResult {
  readonly schema: 'cowa-release/images-push/v1';
  readonly registries: readonly (Omit<PushedTo, 'error'> & {
    /** Why it does not hold the others. */
    readonly error?: ErrorJson;
  })[];
}

/** The result as it leaves the program. */
export function toImagesPushResult(pushed: readonly PushedTo[]): ImagesPushResult {
  return {
    schema: 'cowa-release/images-push/v1',
    registries: pushed.map(({ error, ...held }) => ({
      ...held,
      ...(error === undefined ? {} : { error: toErrorJson(error) }),
    })),
  };
}

/** Which image lies where, by digest, and which registry failed. */
export function renderPush({ registries }: ImagesPushResult): string {
  return registries
    .flatMap(({ registry, images, error }) => {
      const sent = images.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
      return [
        ...(error === undefined
          ? [`PUSHED  ${counted(images.length, 'image')} to ${registry}, ${formatSize(sent)} sent`]
          : [
              `FAILED  ${registry} holds ${counted(images.length, 'image')} of them: ${error.message} [${error.code}]`,
              ...error.suggestions.map((next) => `  next: ${next}`),
            ]),
        ...images.map(
          ({ pushed, digest, blobs }) =>
            `  ${pushed}@${digest}  (${blobs.uploaded} sent, ${blobs.mounted} taken over, ${blobs.there} there)`,
        ),
      ];
    })
    .join('\n');
}
