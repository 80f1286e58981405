import type { Digest } from '../oci/digest.ts';

/** A document about one image or the files of one component. */
export interface BomDocument {
  /** Where it lies: a file beside the archive, or in `sboms.tar`. */
  readonly location: string;
  readonly digest: Digest;
  /** Serial number of a CycloneDX document, a UUID. */
  readonly serial?: string;
  /** Namespace and digest of the SPDX document about the same. */
  readonly spdx?: {
    readonly namespace: string;
    readonly location: string;
    readonly digest: Digest;
  };
  /** Whether it says that nothing is left out; undefined: it does not say. */
  readonly complete: boolean | undefined;
}

/** An image of a package. */
export interface BomImage {
  readonly reference: string;
  /** Of the manifest. */
  readonly digest: Digest;
  readonly architecture: string;
  /** As its label `vendor` says. */
  readonly supplier?: string;
  /** As its label `licenses` says, where that is an SPDX expression. */
  readonly licence?: string;
  readonly document?: BomDocument;
}

/** A chart of a package. */
export interface BomChart {
  readonly component: string;
  readonly name: string;
  readonly version: string;
  readonly url: string;
}

/** A file of a package that is no image: what a component carries, as one tar. */
export interface BomFile {
  readonly path: string;
  readonly digest: Digest;
  readonly document?: BomDocument;
}

/** What a package carries. */
export interface BomPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly description: string;
  /** Who answers for it, as its definition says; undefined: it does not. */
  readonly author: string | undefined;
  /** Of `zarf.yaml`, on which everything else hangs. */
  readonly digest: Digest;
  readonly images: readonly BomImage[];
  readonly charts: readonly BomChart[];
  readonly files: readonly BomFile[];
  /** Addresses of Git repositories it mirrors. */
  readonly repositories: readonly string[];
}

/** What an archive holds: one package, or the packages of a bundle. */
export interface ReleaseBom {
  readonly kind: 'package' | 'bundle';
  readonly name: string;
  readonly version: string;
  /** Of `zarf.yaml`, or of the root manifest of a bundle. */
  readonly digest: Digest;
  /** Who answers for the archive, as its definition says; undefined: it does not. */
  readonly author: string | undefined;
  readonly packages: readonly BomPackage[];
  /** Not everything could be read: the list may be longer. */
  readonly partial: boolean;
}

/** One thing of an archive, ready for either format. */
export interface BomItem {
  /** Unique within the document. */
  readonly ref: string;
  readonly kind: 'image' | 'chart' | 'file' | 'repository';
  readonly name: string;
  readonly version: string;
  readonly digest: Digest | undefined;
  readonly purl: string | undefined;
  readonly url: string;
  /** Undefined: nobody says. */
  readonly supplier: string | undefined;
  /** An SPDX expression; undefined: nobody says. */
  readonly licence: string | undefined;
  readonly document: BomDocument | undefined;
}
