import type { LockedReferrer } from '../config/lock.ts';
import type { Descriptor, Platform } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { Run } from '../support/run.ts';
import type { BlobSource } from './blob-store.ts';
import type { BuildRecord } from './build-record.ts';

/** An image (or another OCI artifact) found in a source, narrowed to one platform unless it was asked for by the digest of an index. */
export interface ResolvedImage {
  /** As the definition spells it. */
  readonly reference: string;
  /** Full form, as Zarf keys it: `docker.io/library/nginx:latest`. */
  readonly normalized: string;
  /** Name of the source that answered, e.g. `registry ghcr.io`. */
  readonly source: string;
  /** What the reference points at inside a package: a manifest, or an index that is kept whole. `platform` is set when it came out of an index. */
  readonly root: Descriptor;
  /** Digest of the multi-arch index it was narrowed from. */
  readonly indexDigest?: Digest;
  /** Every blob reachable from the root, the root included, each once: manifests, configs, layers. */
  readonly blobs: readonly ImageBlob[];
  /** Whether it was found in a registry, which may hold more about it. */
  readonly remote?: true;
  /** What that registry holds about it; undefined where nobody asked. */
  readonly referrers?: readonly LockedReferrer[];
  /** What it was put together from, where that was done here. */
  readonly composed?: ComposedFrom;
  /** What it was built from and by, where that was done here. */
  readonly built?: BuildRecord;
}

/** The base and the files of an image that is composed. */
export interface ComposedFrom {
  /** Undefined: it begins with nothing. */
  readonly base?: { readonly reference: string; readonly digest: Digest };
  /** Files and folders of the user that became layers, as the definition names them. */
  readonly files: readonly string[];
  /** Tars of the user taken as layers, byte for byte. */
  readonly tars: readonly { readonly path: string; readonly digest: Digest }[];
}

export interface ImageBlob extends BlobSource {
  readonly mediaType: string;
  readonly role: 'index' | 'manifest' | 'config' | 'layer';
}

/** One entry of the ordered list in `cowa-release.yaml`. */
export interface ImageSource {
  readonly name: string;
  /** undefined when this source does not hold the reference: the next one is asked. */
  resolve(reference: string, platform: Platform, run: Run): Promise<ResolvedImage | undefined>;
}
