import type { LockedInput } from '../config/lock.ts';
import type { Platform } from '../oci/descriptor.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { GitSource } from '../ports/git-source.ts';
import type { ImageSource } from '../ports/image-source.ts';
import type { WebSource } from '../ports/web-source.ts';
import type { FetchedContent } from './fetched-workspace.ts';

/** Where inputs come from. */
export interface FetchPorts {
  readonly web: WebSource;
  readonly git: GitSource;
  readonly images: readonly ImageSource[];
  readonly platform: Platform;
  readonly blobs: BlobStore;
  /** Shown to model hubs, and to nobody else. */
  readonly hubToken?: string;
}

/** An input that was fetched, or was here before. */
export interface FetchedInput {
  readonly locked: LockedInput;
  readonly content: FetchedContent;
  /** Nothing of its content was transferred. */
  readonly held: boolean;
}
