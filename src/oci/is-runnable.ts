import { isImageConfigType } from './image-config.ts';
import type { ImageManifest } from './manifest.ts';

/** True for images that run: charts, signatures and other artifacts have no platform to be of. */
export function isRunnable({ config, layers }: Pick<ImageManifest, 'config' | 'layers'>): boolean {
  // cosign gives its signatures the config of an image, and layers that are no file systems.
  const files = layers.length === 0 || layers.some(({ mediaType }) => /[./]tar\b/.test(mediaType));
  return isImageConfigType(config.mediaType) && files;
}
