import type { DocumentProblem } from '../support/document-problem.ts';

/** `cowa-release.yaml`. Its JSON Schema is `schemas/cowa-release.schema.json`. Paths are relative to the file. */
export interface ReleaseDefinition {
  readonly apiVersion: 'cowa-release/v1';
  /** Product name, as statements carry it. */
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly architecture: 'amd64' | 'arm64';
  /** Grows by one at least with every release; default 1. */
  readonly counter?: number;
  /** Seconds since 1970, for every timestamp written. The variable SOURCE_DATE_EPOCH wins. Default 0. */
  readonly sourceDateEpoch?: number;
  /** Asked in this order; nothing else is contacted. */
  readonly imageSources: readonly ImageSourceConfig[];
  readonly flavors: Readonly<Partial<Record<ReleaseFlavor, FlavorConfig>>>;
  readonly payloads?: readonly PayloadConfig[];
  /** What flags and variables may say instead. */
  readonly settings?: ReleaseSettings;
}

/** Defaults of the commands that make a release. Paths are relative to the definition. */
export interface ReleaseSettings {
  readonly flavor?: ReleaseFlavor | 'all';
  readonly out?: string;
  readonly cacheDir?: string;
  readonly key?: string;
  readonly policy?: string;
  readonly jobs?: number;
}

export type ReleaseFlavor = 'cpu' | 'gpu';

export interface FlavorConfig {
  /** Zarf's own flavor, matched against `only.flavor`. */
  readonly zarfFlavor?: string;
  readonly packages: readonly PackageConfig[];
  /** Folder or file of the `uds-bundle.yaml`; without it only packages are made. */
  readonly bundle?: { readonly path: string };
}

export interface PackageConfig {
  /** Folder with a `zarf.yaml`, or the file. */
  readonly path: string;
  /** Values of create-time templates `###ZARF_PKG_TMPL_X###`. */
  readonly set?: Readonly<Record<string, string>>;
  /** Overrides the flavor's. */
  readonly zarfFlavor?: string;
  /** Components to take instead of all that match. */
  readonly registryOverrides?: Readonly<Record<string, string>>;
}

/** Stands in for an onCreate action that would fetch weights: the content a `dataInjections` or `files` source needs. */
export interface PayloadConfig {
  /** Package folder as in PackageConfig.path. */
  readonly package: string;
  /** The source path as the package definition names it, relative to the package folder. */
  readonly source: string;
  /** File or folder that really holds it, relative to `cowa-release.yaml`. */
  readonly path: string;
  /** SHA-256, lower-case hex. A file: one digest. A folder: digest per file, by path below it. */
  readonly sha256: string | Readonly<Record<string, string>>;
}

export type ImageSourceConfig =
  | { readonly type: 'compose'; readonly images: Readonly<Record<string, ComposedImageConfig>> }
  | { readonly type: 'oci-layout'; readonly path: string }
  | { readonly type: 'docker-archive'; readonly path: string }
  | {
      readonly type: 'registry';
      /** Hosts that may be contacted, after overriding; `*` for any. */
      readonly hosts: readonly string[];
      /** Host in the reference -> host that is contacted, e.g. `ghcr.io: localhost:5000`. */
      readonly overrides?: Readonly<Record<string, string>>;
      /** Hosts spoken to without TLS; loopback needs no entry. */
      readonly plainHttp?: readonly string[];
      readonly caFile?: string;
    };

export interface ComposedImageConfig {
  /** `scratch`, or a reference resolved by the sources listed after this one. */
  readonly base: string;
  readonly layers: readonly ComposedLayerConfig[];
  readonly config?: {
    readonly entrypoint?: readonly string[];
    readonly cmd?: readonly string[];
    readonly env?: readonly string[];
    readonly user?: string;
    readonly workingDir?: string;
    readonly exposedPorts?: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
  };
}

export type ComposedLayerConfig =
  | {
      readonly files: readonly {
        readonly source: string;
        readonly target: string;
        readonly mode?: string;
      }[];
    }
  /** A tar (plain, gzip or zstd) taken as it is. */
  | { readonly tar: string };

export interface ParsedReleaseDefinition {
  readonly definition?: ReleaseDefinition;
  readonly problems: readonly DocumentProblem[];
  /** 1-based place of a JSON pointer; present with the definition. */
  readonly locate?: (pointer: string) => { readonly line: number; readonly column: number };
}
