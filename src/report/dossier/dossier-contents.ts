import type { Digest } from '../../oci/digest.ts';
import type { InspectedComponent } from '../inspect-report.ts';

/** What the archives hold, by the same reading that was judged. */
export interface DossierContents {
  readonly bundles: readonly DossierBundle[];
  /** By archive, in the order they are deployed. A package alone and the same in a bundle are two. */
  readonly packages: readonly DossierPackage[];
  /** Each once, whatever packages carry it; by name, then digest. */
  readonly images: readonly DossierImage[];
  /** Files of components that lie in no image, with what is known to be in them. */
  readonly files: readonly DossierFiles[];
  /** What may be set or must be set when it is deployed. */
  readonly variables: readonly DossierVariable[];
  /** What it may do in the cluster once deployed. */
  readonly permissions: readonly DossierPermission[];
}

export interface DossierBundle {
  readonly archive: string;
  readonly name: string;
  readonly version?: string;
  readonly architecture?: string;
  readonly description?: string;
}

export interface DossierPackage {
  readonly archive: string;
  readonly name: string;
  readonly version?: string;
  readonly architecture?: string;
  readonly flavor?: string;
  readonly description?: string;
  /** Digest of its zarf.yaml. */
  readonly digest?: Digest;
  /** Bytes of all its files. */
  readonly size: number;
  readonly signature: string;
  readonly components: readonly InspectedComponent[];
  /** Digests of its images, which `images` has. */
  readonly images: readonly Digest[];
}

export interface DossierImage {
  /** As packages name it; several names of one digest are several. */
  readonly reference: string;
  readonly digest: Digest;
  /** `linux/amd64`. */
  readonly platform?: string;
  /** Bytes of config and layers. */
  readonly size: number;
  readonly layers: readonly DossierLayer[];
  /** `archive: package`, sorted. */
  readonly carriedBy: readonly string[];
  /** Undefined: the archive carries no SBOM of it that could be read. */
  readonly sbom?: DossierSbom;
}

export interface DossierLayer {
  readonly digest: Digest;
  readonly size: number;
  /** Different images of this release that have it, this one counted: 1 and more. */
  readonly sharedBy: number;
}

export interface DossierFiles {
  readonly archive: string;
  readonly package: string;
  readonly component: string;
  readonly sbom?: DossierSbom;
}

/** A list of what an image holds, as its document says. */
export interface DossierSbom {
  /** Name of the document inside `sboms.tar`, with its digest where it was computed. */
  readonly document: string;
  readonly digest?: Digest;
  /** Program that made it, as it says. */
  readonly tool?: string;
  /** Distribution and version. */
  readonly distro?: string;
  /** What the document says could not be looked into, each with its number; undefined: it does not say. */
  readonly gaps?: readonly string[];
  /** Sorted by name, version, type. */
  readonly packages: readonly DossierSbomPackage[];
  /** Packages that are not listed above, because there are too many. */
  readonly more?: number;
}

export interface DossierSbomPackage {
  readonly name: string;
  readonly version: string;
  /** `deb`, `python`, `npm` … */
  readonly type: string;
  readonly purl?: string;
  /** SPDX expressions, else the words of the package; empty: it names none. */
  readonly licences: readonly string[];
}

export interface DossierVariable {
  readonly archive: string;
  readonly package: string;
  readonly name: string;
  readonly declaredBy: 'package' | 'bundle';
  /** Of a bundle's: the chart value it sets. */
  readonly target?: string;
  readonly description?: string;
  readonly pattern?: string;
  /** As text, JSON where it is none; absent: there is none, or the variable is sensitive. */
  readonly default?: string;
  /** Whether a default is there, shown or not. Without one somebody must give a value. */
  readonly hasDefault: boolean;
  readonly sensitive: boolean;
}

export interface DossierPermission {
  readonly archive: string;
  readonly package: string;
  readonly component: string;
  /**
   * `rights`: what accounts may do with the cluster; `network`: who may talk to whom; `exposure`: what can
   * be reached from outside; `host`: what reaches out of a container; `exemption`: rules of the cluster set aside.
   */
  readonly kind: 'rights' | 'network' | 'exposure' | 'host' | 'exemption';
  /** `ClusterRole/reader`. */
  readonly object: string;
  readonly namespace: string;
  /** One thing that is permitted, in one line; the same words for the same permission. */
  readonly text: string;
}
