import { mediaTypes, type Platform } from './descriptor.ts';
import type { Digest } from './digest.ts';
import {
  badDocument,
  digestIn,
  type JsonObject,
  objectOf,
  readObject,
  textOf,
} from './read-members.ts';

/** What an image config says about the image. @see OCI image-spec 1.1, config.md */
export interface ImageConfig {
  readonly platform: Platform;
  /** Digests of the layers as plain tars, lowest first. */
  readonly diffIds: readonly Digest[];
  /** Every member as it stands, for those who write it on. */
  readonly members: JsonObject;
}

const configTypes: readonly string[] = [mediaTypes.ociConfig, mediaTypes.dockerConfig];

/** True for configs of container images; other artifacts have no platform. */
export function isImageConfigType(mediaType: string): boolean {
  return configTypes.includes(mediaType);
}

/** @throws OciError OCI_DOCUMENT_INVALID */
export function parseImageConfig(bytes: Uint8Array, subject: string): ImageConfig {
  const members = readObject(bytes, subject);
  const { architecture, os, variant, rootfs } = members;
  const { type, diff_ids: diffIds } = objectOf(rootfs, subject, 'rootfs');
  if (type !== 'layers') throw badDocument(subject, 'rootfs.type is not layers');
  // Docker writes null for an image without layers.
  const list: unknown = diffIds ?? [];
  if (!Array.isArray(list)) throw badDocument(subject, 'rootfs.diff_ids is not a list');
  return {
    platform: {
      architecture: textOf(architecture, subject, 'architecture'),
      os: textOf(os, subject, 'os'),
      ...(typeof variant === 'string' && variant !== '' ? { variant } : {}),
    },
    diffIds: list.map((item, index) => digestIn(item, subject, `rootfs.diff_ids[${index}]`)),
    members,
  };
}
