import type { Digest } from '../oci/digest.ts';
import type { BlobSource } from '../ports/blob-store.ts';
import type { PackageDefinition } from '../zarf/definition.ts';
import type { SbomDocuments } from './sbom-documents.ts';

/** One file of a package: its path inside, its mode, its bytes. */
export interface PackedFile {
  readonly path: string;
  readonly mode: number;
  readonly blob: BlobSource;
}

/**
 * A Zarf package with every file known by digest and size, before it is an archive. Built here, read
 * from an archive of any maker, or pulled from a registry: what follows (archive, bundle, publish)
 * does not care.
 */
export interface PackedPackage {
  /** As built: `build` and the aggregate checksum are filled in. */
  readonly definition: PackageDefinition;
  /** By Zarf's rule, with suffix. */
  readonly fileName: string;
  /** Every file, `zarf.yaml`, `checksums.txt` and a signature included, each path once. */
  readonly files: readonly PackedFile[];
  /** Documents about its images and files, where they were made here. */
  readonly sboms?: readonly SbomDocuments[];
  /** True when `zarf.bundle.sig` (or the legacy file) is among them. */
  readonly signed: boolean;
  /** Bytes of the registry manifest, for packages pulled from one: a bundle must embed exactly these. */
  readonly registryManifest?: {
    readonly bytes: Uint8Array;
    readonly digest: Digest;
    readonly config: BlobSource & { readonly mediaType: string };
  };
}
