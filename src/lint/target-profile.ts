/** What the cluster a release is made for is said to have before anything of it is deployed. */
export interface TargetProfile {
  readonly name: string;
  /** `1.31`, or with the third number. */
  readonly kubernetes: string;
  /** Kinds beside those of Kubernetes itself. */
  readonly kinds: readonly PromisedKind[];
  /** Namespaces that are there and belong to someone. */
  readonly namespaces: readonly string[];
  readonly secrets: readonly PromisedObject[];
  readonly configMaps: readonly PromisedObject[];
  readonly serviceAccounts: readonly PromisedObject[];
  readonly clusterRoles: readonly string[];
  readonly storageClasses: readonly string[];
  /** Whether a claim that names no class gets a volume. */
  readonly defaultStorageClass: boolean;
  readonly runtimeClasses: readonly string[];
  readonly priorityClasses: readonly string[];
  readonly ingressClasses: readonly string[];
  readonly gatewayClasses: readonly string[];
}

/** A kind the target knows. */
export interface PromisedKind {
  readonly group: string;
  /** None: whichever version. */
  readonly versions: readonly string[];
  readonly kind: string;
}

/** An object the target has, or someone is to provide. */
export interface PromisedObject {
  readonly name: string;
  /** Undefined: in every namespace. */
  readonly namespace?: string;
  /** Undefined: whichever. */
  readonly keys?: readonly string[];
}
