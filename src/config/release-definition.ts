import type { DocumentProblem } from '../support/document-problem.ts';
import type { BuildSourceConfig } from './build-source.ts';

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
  /** Sites it is meant for, as their trust policies name them; undefined: whoever gets it. */
  readonly audience?: readonly string[];
  /** Seconds since 1970, for every timestamp written. The variable SOURCE_DATE_EPOCH wins. Default 0. */
  readonly sourceDateEpoch?: number;
  /** Asked in this order; nothing else is contacted. */
  readonly imageSources: readonly ImageSourceConfig[];
  readonly flavors: Readonly<Partial<Record<ReleaseFlavor, FlavorConfig>>>;
  readonly payloads?: readonly PayloadConfig[];
  /** Hosts that files, charts and repositories of definitions may be fetched from; without it none are. */
  readonly remoteInputs?: RemoteInputsConfig;
  /** Images that packages carry although nothing they deploy names them; `*` for any run of characters. */
  readonly extraImages?: readonly ExtraImage[];
  /** SBOMs that take the place of what would be found in images. */
  readonly sboms?: readonly GivenSbomConfig[];
  /** What lint holds every flavor to. */
  readonly platform?: PlatformConfig;
  /** Names that must not be left over. */
  readonly brand?: BrandConfig;
  /** `report.json` or lock file of the release before; growth is measured against it. */
  readonly previousRelease?: string;
  /** URI of who builds it, as provenance names it; default: this program on some machine. */
  readonly builder?: string;
  /** Limits of single steps of a run; of several rules that name a step, the first counts. */
  readonly steps?: readonly StepRule[];
  /** What flags and variables may say instead. */
  readonly settings?: ReleaseSettings;
  /** The cluster it is made for; default `uds-core`. */
  readonly target?: TargetConfig;
}

/** How long a step may take, and whether it must come to its end. */
export interface StepRule {
  /** As run.json and progress name it, `*` for any run of characters: `image ghcr.io/team/vllm:*`. */
  readonly step: string;
  /** It is stopped after this long; default: it has all the time it needs. */
  readonly timeoutMinutes?: number;
  /** Not coming to its end leaves the run partial, in place of failing it; never a success. */
  readonly bestEffort?: boolean;
  /** Memory it needs, `2g`: where there is a limit, others that name theirs wait for it. */
  readonly memory?: string;
}

/** A profile of the target cluster and what this one has besides. */
export interface TargetConfig {
  readonly profile?: 'uds-core' | 'bare-kubernetes';
  /** Version of Kubernetes, `1.31`. */
  readonly kubernetes?: string;
  /** `group/Kind` or `group/version/Kind`. */
  readonly kinds?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly secrets?: readonly ProvidedObject[];
  readonly configMaps?: readonly ProvidedObject[];
  readonly serviceAccounts?: readonly ProvidedObject[];
  readonly clusterRoles?: readonly string[];
  readonly storageClasses?: readonly string[];
  readonly defaultStorageClass?: boolean;
  readonly runtimeClasses?: readonly string[];
  readonly priorityClasses?: readonly string[];
  readonly ingressClasses?: readonly string[];
  readonly gatewayClasses?: readonly string[];
}

/** An object that is to be in the cluster before the release is deployed. */
export interface ProvidedObject {
  readonly name: string;
  /** Default: whichever namespace asks for it. */
  readonly namespace?: string;
  /** Keys it has; default: whichever are asked for. */
  readonly keys?: readonly string[];
  /** Who provides it, and why it is not part of the release. */
  readonly reason: string;
}

/** An image that is carried on purpose, and why. */
export interface ExtraImage {
  readonly image: string;
  readonly reason: string;
}

/** An SBOM somebody else made of an image. */
export interface GivenSbomConfig {
  /** Reference as packages name it. */
  readonly image: string;
  /** CycloneDX, SPDX 2 or Syft JSON. */
  readonly file: string;
}

export interface PlatformConfig {
  /** The one namespace that charts, manifests, payloads and waits go to. */
  readonly namespace?: string;
  /** Packages whose version is not the release's. */
  readonly ownVersions?: readonly string[];
  /** Parts of which every flavor has exactly one. */
  readonly roles?: readonly PlatformRole[];
  /** Where a package names the package that answers by default. */
  readonly defaultModel?: {
    readonly package: string;
    readonly variable: string;
    readonly role: string;
  };
}

export interface PlatformRole {
  readonly name: string;
  /** Packages that can play it. */
  readonly oneOf: readonly string[];
  /** Flavors that need it; all without. */
  readonly flavors?: readonly ReleaseFlavor[];
  /** Parts that are deployed before it. */
  readonly after?: readonly string[];
  /** It asks for a GPU. */
  readonly gpu?: boolean;
}

export interface BrandConfig {
  /** Texts looked for, whatever their case. */
  readonly old: readonly { readonly category: string; readonly text: string }[];
  /** Where they may stand: `path` with `*`, `within` a longer text. */
  readonly allow?: readonly {
    readonly path?: string;
    readonly within?: string;
    readonly reason: string;
  }[];
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
export type PayloadConfig = {
  /** Package folder as in PackageConfig.path. */
  readonly package: string;
  /** The source path as the package definition names it, relative to the package folder. */
  readonly source: string;
  /** SHA-256, lower-case hex. A file: one digest. A folder: digest per file, by path below it. */
  readonly sha256: string | Readonly<Record<string, string>>;
} & (
  | {
      /** File or folder that really holds it, relative to `cowa-release.yaml`. */
      readonly path: string;
      readonly from?: never;
    }
  | { readonly from: PayloadOrigin; readonly path?: never }
);

/** Where a payload is fetched from; into the cache, by its digests. */
export type PayloadOrigin =
  /** Address of the file, or of the folder: paths are appended. Host under `remoteInputs`. */
  | { readonly url: string }
  /** Reference of an OCI artifact in an image source; its layers are the files. */
  | { readonly oci: string }
  /** A repository of a model hub at a commit. Host under `remoteInputs`. */
  | { readonly hub: string; readonly repository: string; readonly commit: string };

/** Where what definitions name by an address may come from. Charts of OCI registries come from `imageSources`. */
export interface RemoteInputsConfig {
  /** Hosts that may be contacted, after overriding; `*` for any. */
  readonly hosts: readonly string[];
  /** Host in an address -> host that is contacted, e.g. `charts.example.org: mirror.internal`. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** Hosts spoken to without TLS; loopback needs no entry. */
  readonly plainHttp?: readonly string[];
  readonly caFile?: string;
  /** PEM files of a client certificate and its key; both or none. */
  readonly certFile?: string;
  readonly keyFile?: string;
}

export type ImageSourceConfig =
  | BuildSourceConfig
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
      /** Host in the reference -> hosts that are read from before it, in this order. */
      readonly mirrors?: Readonly<Record<string, readonly string[]>>;
      /** Whether what these registries hold about images is locked and kept; default false. */
      readonly referrers?: boolean;
      readonly caFile?: string;
      /** Client certificate and its key, shown to the listed hosts; both or none. */
      readonly certFile?: string;
      readonly keyFile?: string;
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
