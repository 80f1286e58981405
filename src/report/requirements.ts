/** What the side that deploys must have. Bytes are bytes; what could not be told says so. */
export interface Requirements {
  readonly disk: {
    /** Of the archive itself. */
    readonly archive: number;
    /** Space the deploying tool needs in its temporary folder: its unpacked copy, and the largest component beside it. */
    readonly unpacked: number;
  };
  /** Bytes the registry of the cluster stores: every blob once. */
  readonly registry: number;
  /** Sorted by package, then chart or manifest, then name. */
  readonly volumes: readonly RequiredVolume[];
  /** Bytes of all volumes whose size is known. */
  readonly volumeTotal: number;
  readonly gpus: readonly RequiredGpu[];
  /** Variables that have no default, sorted. */
  readonly variables: readonly RequiredVariable[];
  /** Secrets that workloads name and nothing in the archive makes, sorted. */
  readonly secrets: readonly RequiredSecret[];
  /** Parts that were not looked at, and why; what they need is not in these lists. */
  readonly notLookedAt: readonly { readonly what: string; readonly reason: string }[];
}

interface Wanted {
  readonly package: string;
  readonly component: string;
  /** `chart/templates/pvc.yaml` or a manifest. */
  readonly source: string;
  /** Workload or claim, as it is rendered. */
  readonly name: string;
}

export interface RequiredVolume extends Wanted {
  /** As written after defaults: `15Gi`; undefined when only rendering would tell. */
  readonly request?: string;
  /** Bytes; undefined where the request is no plain quantity. */
  readonly bytes?: number;
  readonly storageClass?: string;
  /** Of that many pods each has one. */
  readonly count: number;
}

export interface RequiredGpu extends Wanted {
  /** `nvidia.com/gpu`. */
  readonly resource: string;
  /** Undefined when only rendering would tell. */
  readonly limit?: number;
  /** Pods; undefined for one on every node. */
  readonly pods?: number;
}

export interface RequiredVariable {
  readonly name: string;
  readonly package: string;
  /** Where it is declared. */
  readonly declaredBy: 'package' | 'bundle';
  readonly sensitive: boolean;
  readonly description?: string;
}

export interface RequiredSecret {
  readonly package: string;
  readonly component: string;
  readonly source: string;
  readonly name: string;
  /** Keys that are read, sorted; empty when the whole secret is taken. */
  readonly keys: readonly string[];
  readonly optional: boolean;
}
