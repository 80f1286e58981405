import type { Digest } from '../oci/digest.ts';

/** `cowa-release.lock.json`, written in canonical form (sorted keys, two spaces, final newline). */
export interface ReleaseLock {
  readonly schema: 'cowa-release/lock/v1';
  readonly name: string;
  readonly architecture: string;
  readonly flavors: Readonly<Record<string, LockedFlavor>>;
}

export interface LockedFlavor {
  readonly images: readonly LockedImage[];
  readonly payloads: readonly LockedFile[];
  /** Published packages that are bundle members. */
  readonly packages?: readonly { readonly reference: string; readonly digest: Digest }[];
}

export interface LockedImage {
  readonly reference: string;
  readonly source: string;
  readonly indexDigest?: Digest;
  /** As the index names it, where the image came out of one. */
  readonly platform?: {
    readonly architecture: string;
    readonly os: string;
    readonly variant?: string;
  };
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly config?: { readonly digest: Digest; readonly size: number };
  readonly layers: readonly {
    readonly mediaType: string;
    readonly digest: Digest;
    readonly size: number;
  }[];
}

export interface LockedFile {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}
