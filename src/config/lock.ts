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
  /** What definitions name by an address: charts, files, repositories; sorted by address. */
  readonly inputs?: readonly LockedInput[];
}

/** Something fetched from an address. */
export interface LockedInput {
  readonly kind: 'file' | 'chart' | 'repository';
  readonly address: string;
  /** Of the file; of a folder, of the document that names its files by digest. */
  readonly sha256: string;
  /** Bytes of what the digest is about. */
  readonly size: number;
  /** Of a repository: what its reference was. */
  readonly commit?: string;
  /** Of what an OCI registry holds: its manifest. */
  readonly manifest?: Digest;
}

/** What a registry holds about an image. */
export interface LockedReferrer {
  /** The image, its index, or another artifact about them. */
  readonly subject: Digest;
  /** Where it names no subject: the tag that cosign gave it, `sha256-<digest>.sig`. */
  readonly tag?: string;
  readonly artifactType: string;
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

export interface LockedImage {
  readonly reference: string;
  readonly source: string;
  /** Of one that was built: what it can be built again by, to the same digest. */
  readonly built?: {
    readonly engine: string;
    readonly version: string;
    /** Where definitions lay, as labels say, by full name: of the image, and of what it was built upon. */
    readonly origins: Readonly<
      Record<string, { readonly revision?: string; readonly repository?: string }>
    >;
  };
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
  /** Sorted by digest; absent where nobody asked. */
  readonly referrers?: readonly LockedReferrer[];
}

export interface LockedFile {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}
