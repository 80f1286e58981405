import { maxFrameContentBytes } from './raw-frame.ts';
import { type TarHeader, tarEnd, tarHeader, tarPaddingBytes } from './tar-writer.ts';

/** Names the rules below and the encoder's level. Part of every frame cache key: change it with either. */
export const encodingVersion = 'raw8m-zstd152-l3-v1';

/** The pinned level of compressed frames. */
export const frameLevel = 3;

/** Files up to this many bytes share frames with their neighbours. */
export const smallFileBytes = 128 * 2 ** 10;
/** A shared frame is closed once it holds this many tar bytes. */
const sharedFrameBytes = 2 ** 20;

/** A file as the plan needs it. */
export type PlannedFile = Omit<TarHeader, 'type' | 'linkTarget'>;

/** A run of tar bytes that becomes one or more frames. */
export type PlanStep<File extends PlannedFile> =
  | {
      /** One frame: headers, small contents with their padding, in this order. */
      readonly kind: 'shared';
      readonly parts: readonly SharedPart<File>[];
      /** Tar bytes. */
      readonly size: number;
    }
  | {
      /** The content of one large file and its padding, in frames of at most 8 MiB. */
      readonly kind: 'content';
      readonly file: File;
      /** Tar bytes: content and padding. */
      readonly size: number;
    };

export type SharedPart<File extends PlannedFile> =
  | { readonly bytes: Uint8Array }
  | { readonly content: File };

/**
 * Cuts a tar into frames: a pure function of the names, modes and sizes. The frames of a large file
 * hold nothing but its content, so they are the same in every archive that holds the file.
 * @throws ArchiveError TAR_NAME_INVALID, TAR_HEADER_INVALID
 * @see docs/archive-layout.md
 */
export function planFrames<File extends PlannedFile>(
  files: readonly File[],
): readonly PlanStep<File>[] {
  const steps: PlanStep<File>[] = [];
  let parts: SharedPart<File>[] = [];
  let size = 0;
  const close = (): void => {
    if (size > 0) steps.push({ kind: 'shared', parts, size });
    parts = [];
    size = 0;
  };
  const add = (bytes: Uint8Array): void => {
    parts.push({ bytes });
    size += bytes.length;
  };
  for (const file of files) {
    const header = tarHeader({ type: 'file', name: file.name, mode: file.mode, size: file.size });
    const padding = tarPaddingBytes(file.size);
    const small = file.size <= smallFileBytes;
    if (size + header.length + (small ? file.size + padding : 0) > sharedFrameBytes) close();
    add(header);
    if (!small) {
      close();
      steps.push({ kind: 'content', file, size: file.size + padding });
    } else if (file.size > 0) {
      parts.push({ content: file });
      size += file.size;
      if (padding > 0) add(new Uint8Array(padding));
    }
  }
  add(tarEnd());
  close();
  return steps;
}

/** Content sizes of the frames of one large file. */
export function contentFrameSizes(tarBytes: number): readonly number[] {
  const sizes: number[] = [];
  for (let left = tarBytes; left > 0; left -= maxFrameContentBytes)
    sizes.push(Math.min(left, maxFrameContentBytes));
  return sizes;
}

/** Key of a blob's compressed frames in the frame cache. */
export function frameKey(digest: string): string {
  return `${digest.replace('sha256:', '')}.${encodingVersion}`;
}
