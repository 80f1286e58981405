import type { Digest } from '../oci/digest.ts';
import type { Requirements } from './requirements.ts';
import type { ReportedArchive, ReportedSignature } from './verify-report.ts';

/** What `inspect` says of one archive: what it claims to hold. Nothing of it is proven. */
export interface InspectReport {
  readonly schema: 'cowa-release/inspect-report/v1';
  readonly program: { readonly name: 'cowa-release'; readonly version: string };
  readonly archive: ReportedArchive;
  /** `places`: by seek table or headers, contents passed over; `whole`: read to the end. */
  readonly read: 'places' | 'whole';
  /** The bundle by its own definition; null for a package. */
  readonly bundle: InspectedBundle | null;
  /** In the order they are deployed. */
  readonly packages: readonly InspectedPackage[];
  /** All images of all packages. */
  readonly images: ImageTotals;
  readonly signature: ReportedSignature;
  /** False when the archive could not be read to its end, or a definition could not be read at all. */
  readonly complete: boolean;
  /** What could not be read or does not fit; sorted. */
  readonly problems: readonly InspectProblem[];
  /** Only where it was asked for. */
  readonly requirements?: Requirements;
}

export interface InspectProblem {
  readonly code: string;
  readonly message: string;
}

export interface InspectedBundle {
  readonly name: string;
  readonly version?: string;
  readonly architecture?: string;
  readonly description?: string;
  /** Variables a deployment may set for charts, in the order of the definition. */
  readonly variables: readonly BundleVariable[];
}

export interface BundleVariable {
  readonly name: string;
  readonly package: string;
  readonly component: string;
  readonly chart: string;
  /** Dotted path in the values of the chart. */
  readonly path: string;
  readonly description?: string;
  /** As JSON; absent: there is none, or the variable is sensitive. */
  readonly default?: unknown;
  /** Whether a default is there, shown or not. */
  readonly hasDefault: boolean;
  readonly sensitive: boolean;
}

export interface InspectedPackage {
  readonly name: string;
  readonly version?: string;
  readonly architecture?: string;
  readonly flavor?: string;
  readonly description?: string;
  /** Of the program whose format it is. */
  readonly zarfVersion?: string;
  /** Of a differential package: the version whose images and repositories are not in it; empty where it does not say. */
  readonly differenceTo?: string;
  /** As the package spells it. */
  readonly builtAt?: string;
  /** Digest of its zarf.yaml. */
  readonly digest?: Digest;
  /** Bytes of all its files. */
  readonly size: number;
  readonly components: readonly InspectedComponent[];
  readonly images: readonly InspectedImage[];
  readonly variables: readonly PackageVariable[];
  readonly constants: readonly { readonly name: string; readonly value: string }[];
  /** `signed`: there is a signature, and it was not judged. */
  readonly signature: 'signed' | 'unsigned' | 'valid' | 'invalid' | 'undecided';
}

export interface InspectedComponent {
  readonly name: string;
  readonly required: boolean;
  /** Whether it is deployed where nobody chooses otherwise. */
  readonly selected: boolean;
  readonly description?: string;
  readonly images: number;
  /** Name and version of each. */
  readonly charts: readonly string[];
  readonly manifests: number;
  readonly files: number;
  readonly dataInjections: number;
  /** Commands that run when it is deployed or removed. */
  readonly actions: number;
  /** Bytes of its tar; 0 where it has none. */
  readonly size: number;
}

export interface InspectedImage {
  readonly name: string;
  readonly digest: Digest;
  /** `linux/amd64`. */
  readonly platform?: string;
  /** Bytes of config and layers. */
  readonly size: number;
  readonly layers: readonly {
    readonly digest: Digest;
    readonly size: number;
    readonly mediaType: string;
  }[];
  /** Of the layers, those another image of the archive has too. */
  readonly shared: { readonly layers: number; readonly size: number };
}

export interface PackageVariable {
  readonly name: string;
  readonly description?: string;
  readonly pattern?: string;
  /** Absent: there is none, or the variable is sensitive. */
  readonly default?: string;
  /** Whether a default is there, shown or not. */
  readonly hasDefault: boolean;
  readonly sensitive: boolean;
}

export interface ImageTotals {
  readonly count: number;
  /** Different ones. */
  readonly layers: number;
  /** Bytes of all images, each counted for itself. */
  readonly size: number;
  /** Bytes with blobs that several images share counted once: what a registry stores. */
  readonly uniqueSize: number;
}
