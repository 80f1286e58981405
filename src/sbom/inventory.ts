import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { JsonObject } from '../oci/read-members.ts';
import type { Distro } from './image-view.ts';

/** Where a package was found. */
export interface FoundAt {
  /** From the root, with a leading slash. */
  readonly path: string;
  /** The layer that holds the file, as a plain tar. */
  readonly diffId: Digest;
  /** The package is known by this file; others only tell more about it. */
  readonly primary: boolean;
  /** SHA-256 of the file in hex, where it was read whole. */
  readonly sha256?: string;
}

/** A licence as its package names it, and in SPDX where it can be said. */
export interface LicenceClaim {
  readonly value: string;
  /** A valid SPDX expression; empty where the words mean none. */
  readonly expression: string;
}

/** Kinds of packages, in the words of Syft and of package URLs. */
export type PackageKind =
  | 'deb'
  | 'apk'
  | 'rpm'
  | 'python'
  | 'npm'
  | 'go-module'
  | 'binary'
  | 'model'
  | 'other';

/** A package of an image, by whatever cataloger. */
export interface FoundPackage {
  readonly kind: PackageKind;
  /** Of kind `other`: the word its document has for it. */
  readonly foreignKind?: string;
  readonly cataloger: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly cpes: readonly string[];
  readonly licences: readonly LicenceClaim[];
  /** Who made or maintains it. */
  readonly supplier?: string;
  readonly description?: string;
  readonly homepage?: string;
  /** Digest of what was distributed: algorithm in CycloneDX's words, and hex. */
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly locations: readonly FoundAt[];
  /** Files it says are its own, without leading slash. */
  readonly owns?: readonly string[];
  /** In Syft's words; empty where Syft has none. */
  readonly metadataType: string;
  readonly metadata: JsonObject;
  /** Purls of packages of the same image it was built from or needs. */
  readonly dependsOn?: readonly string[];
  /** Of a model, in the words of a CycloneDX model card. */
  readonly model?: { readonly architecture?: string; readonly properties: JsonObject };
}

/** Files of a package that lie in no image, as one layer. */
export interface InventoriedFiles {
  readonly kind: 'files';
  /** What they are called: package and component. */
  readonly reference: string;
  /** Of the tar that carries them. */
  readonly digest: Digest;
  readonly layers: readonly { readonly descriptor: Descriptor; readonly diffId: Digest }[];
}

/** The image an inventory is of. */
export interface InventoriedImage {
  readonly kind: 'image';
  /** As it is called where it is used. */
  readonly reference: string;
  /** Of the manifest. */
  readonly digest: Digest;
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly layers: readonly { readonly descriptor: Descriptor; readonly diffId: Digest }[];
  readonly manifestBytes: Uint8Array;
  readonly configBytes: Uint8Array;
  /** When the image says it was made. */
  readonly created?: string;
  /** `org.opencontainers.image.base.*` of manifest or config. */
  readonly base?: { readonly name?: string; readonly digest?: string };
}

/** An image of which a document names the config alone, and nobody holds the manifest. */
export interface ImageByConfig {
  readonly kind: 'image-by-config';
  readonly reference: string;
  /** Of the config. */
  readonly digest: Digest;
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  /** Nobody knows how they are packed: digests are those of the plain layers. */
  readonly layers: readonly { readonly descriptor: Descriptor; readonly diffId: Digest }[];
  readonly configBytes: Uint8Array;
}

/** What was looked at, and what was seen and not understood. */
export interface Coverage {
  /** The document was made by another program, which does not say. */
  readonly untold?: boolean;
  /** Catalogers that ran, with the number of packages of each. */
  readonly catalogers: readonly { readonly id: string; readonly packages: number }[];
  /** Contents no cataloger reads, by what they are. */
  readonly uncovered: readonly {
    readonly ecosystem: string;
    readonly count: number;
    readonly examples: readonly string[];
  }[];
  /** Evidence that could not be read. */
  readonly faults: readonly { readonly path: string; readonly message: string }[];
  readonly binaries: number;
  /** Programs and libraries that belong to no package. */
  readonly unexplainedBinaries: number;
  readonly unexplainedExamples: readonly string[];
}

/** Everything found in an image, or in files. */
export interface Inventory {
  readonly subject: InventoriedImage | ImageByConfig | InventoriedFiles;
  readonly distro?: Distro;
  /** Sorted by kind, name, version, place. */
  readonly packages: readonly FoundPackage[];
  /** A package whose evidence is a file of another: indices into `packages`. */
  readonly overlaps: readonly {
    readonly owner: number;
    readonly owned: number;
    readonly paths: readonly string[];
  }[];
  readonly coverage: Coverage;
}
