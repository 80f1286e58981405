import { EnvironmentError, InputError } from '../errors/families.ts';
import type { Platform } from '../oci/descriptor.ts';
import type { Run } from '../support/run.ts';
import type { BlobSource } from './blob-store.ts';
import type { ImageBlob, ResolvedImage } from './image-source.ts';

/** An engine that is not there or cannot work. */
export class EngineError extends EnvironmentError<
  'ENGINE_MISSING' | 'ENGINE_UNUSABLE' | 'ENGINE_TOO_OLD' | 'ENGINE_TIMEOUT'
> {}

/** A build that an engine could not finish, or that gave something else than an image. */
export class BuildFailure extends InputError<'BUILD_FAILED' | 'BUILD_OUTPUT_INVALID'> {}

/** A file, folder or link of a build context, as its content was hashed. */
export type ContextEntry =
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'symlink'; readonly path: string; readonly linkTarget: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly executable: boolean;
      readonly content: BlobSource;
    };

/** An image the build begins with or copies from, as the Containerfile spells it. */
export interface BuildBase {
  readonly reference: string;
  readonly image: ResolvedImage;
}

/** Everything that goes into one build. An engine sees nothing else. */
export interface BuildRequest {
  /** Full name of the image. */
  readonly name: string;
  /** Text of the Containerfile. */
  readonly containerfile: string;
  readonly context: readonly ContextEntry[];
  readonly bases: readonly BuildBase[];
  readonly platform: Platform;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Absolute paths of files; what they hold is told to nobody. */
  readonly secrets: readonly { readonly id: string; readonly file: string }[];
  /** Absolute paths of a key each, or of the socket of an agent. */
  readonly ssh?: readonly { readonly id: string; readonly file: string }[];
  readonly network: 'none' | 'host';
  readonly memory?: string;
  /** Whole processors. */
  readonly cpus?: number;
  /** Seconds since 1970, for every time written. */
  readonly epochSeconds: number;
  readonly timeoutMs: number;
}

/** Which program builds. */
export interface EngineIdentity {
  readonly engine: string;
  readonly version: string;
  /** What reads the Containerfile, where that is not the engine. */
  readonly frontend?: string;
}

/** What an engine made. */
export interface BuiltImage {
  readonly by: EngineIdentity;
  readonly root: ResolvedImage['root'];
  readonly blobs: readonly ImageBlob[];
  /** Removes what the engine left on disk. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A program that builds images. */
export interface ImageBuilder {
  readonly identity: EngineIdentity;
  /**
   * Builds one image; the blobs are read from where the engine put them until it is disposed of.
   * @throws BuildFailure BUILD_FAILED, BUILD_OUTPUT_INVALID; EngineError all codes
   */
  build(request: BuildRequest, run: Run): Promise<BuiltImage>;
}
