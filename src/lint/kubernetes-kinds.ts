/** What a Kubernetes version makes of a kind. */
export type ServedKind =
  | { readonly served: true }
  /** It was there and is gone, or is not there yet; or it stays off unless someone switches it on. */
  | { readonly served: false; readonly because: string };

type Row = readonly [
  groupVersion: string,
  kinds: string,
  bounds?: {
    /** First minor version of Kubernetes 1 that serves it. */
    readonly since?: number;
    /** First that does not any more. */
    readonly until?: number;
    /** Alpha and beta versions that are served only when switched on. */
    readonly off?: boolean;
  },
];

/** @see Kubernetes API reference and its deprecation guide, up to 1.34 */
const table: readonly Row[] = [
  [
    'v1',
    'Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
  ],
  [
    'admissionregistration.k8s.io/v1',
    'MutatingWebhookConfiguration ValidatingWebhookConfiguration',
    { since: 16 },
  ],
  [
    'admissionregistration.k8s.io/v1',
    'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding',
    { since: 30 },
  ],
  [
    'admissionregistration.k8s.io/v1beta1',
    'MutatingWebhookConfiguration ValidatingWebhookConfiguration',
    { until: 22 },
  ],
  [
    'admissionregistration.k8s.io/v1beta1',
    'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding',
    { off: true },
  ],
  [
    'admissionregistration.k8s.io/v1alpha1',
    'ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding',
    { off: true },
  ],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition', { since: 16 }],
  ['apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition', { until: 22 }],
  ['apiregistration.k8s.io/v1', 'APIService'],
  ['apiregistration.k8s.io/v1beta1', 'APIService', { until: 22 }],
  ['apps/v1', 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet'],
  ['apps/v1beta1', 'ControllerRevision Deployment StatefulSet', { until: 16 }],
  ['apps/v1beta2', 'ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet', { until: 16 }],
  [
    'extensions/v1beta1',
    'DaemonSet Deployment ReplicaSet NetworkPolicy PodSecurityPolicy',
    { until: 16 },
  ],
  ['extensions/v1beta1', 'Ingress', { until: 22 }],
  ['authentication.k8s.io/v1', 'TokenReview TokenRequest'],
  ['authentication.k8s.io/v1', 'SelfSubjectReview', { since: 28 }],
  ['authentication.k8s.io/v1beta1', 'TokenReview', { until: 22 }],
  [
    'authorization.k8s.io/v1',
    'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
  ],
  [
    'authorization.k8s.io/v1beta1',
    'LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview',
    { until: 22 },
  ],
  ['autoscaling/v1', 'HorizontalPodAutoscaler Scale'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler', { since: 23 }],
  ['autoscaling/v2beta1', 'HorizontalPodAutoscaler', { until: 25 }],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', { until: 26 }],
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob', { since: 21 }],
  ['batch/v1beta1', 'CronJob', { until: 25 }],
  ['batch/v2alpha1', 'CronJob', { until: 21 }],
  ['certificates.k8s.io/v1', 'CertificateSigningRequest', { since: 19 }],
  ['certificates.k8s.io/v1beta1', 'CertificateSigningRequest', { until: 22 }],
  ['certificates.k8s.io/v1alpha1', 'ClusterTrustBundle', { off: true }],
  ['certificates.k8s.io/v1beta1', 'ClusterTrustBundle', { off: true }],
  ['coordination.k8s.io/v1', 'Lease'],
  ['coordination.k8s.io/v1beta1', 'Lease', { until: 22 }],
  ['coordination.k8s.io/v1alpha1', 'LeaseCandidate', { off: true }],
  ['coordination.k8s.io/v1alpha2', 'LeaseCandidate', { off: true }],
  ['discovery.k8s.io/v1', 'EndpointSlice', { since: 21 }],
  ['discovery.k8s.io/v1beta1', 'EndpointSlice', { until: 25 }],
  ['events.k8s.io/v1', 'Event', { since: 19 }],
  ['events.k8s.io/v1beta1', 'Event', { until: 25 }],
  ['flowcontrol.apiserver.k8s.io/v1', 'FlowSchema PriorityLevelConfiguration', { since: 29 }],
  ['flowcontrol.apiserver.k8s.io/v1beta1', 'FlowSchema PriorityLevelConfiguration', { until: 26 }],
  ['flowcontrol.apiserver.k8s.io/v1beta2', 'FlowSchema PriorityLevelConfiguration', { until: 29 }],
  [
    'flowcontrol.apiserver.k8s.io/v1beta3',
    'FlowSchema PriorityLevelConfiguration',
    { since: 26, until: 32 },
  ],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['networking.k8s.io/v1', 'Ingress IngressClass', { since: 19 }],
  ['networking.k8s.io/v1', 'IPAddress ServiceCIDR', { since: 33 }],
  ['networking.k8s.io/v1beta1', 'Ingress IngressClass', { until: 22 }],
  ['networking.k8s.io/v1beta1', 'IPAddress ServiceCIDR', { off: true }],
  ['node.k8s.io/v1', 'RuntimeClass', { since: 20 }],
  ['node.k8s.io/v1beta1', 'RuntimeClass', { until: 25 }],
  ['policy/v1', 'Eviction PodDisruptionBudget', { since: 21 }],
  ['policy/v1beta1', 'Eviction PodDisruptionBudget PodSecurityPolicy', { until: 25 }],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole ClusterRoleBinding Role RoleBinding'],
  [
    'rbac.authorization.k8s.io/v1beta1',
    'ClusterRole ClusterRoleBinding Role RoleBinding',
    { until: 22 },
  ],
  [
    'resource.k8s.io/v1',
    'DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice',
    { since: 34 },
  ],
  [
    'resource.k8s.io/v1alpha3',
    'DeviceClass DeviceTaintRule PodSchedulingContext ResourceClaim ResourceClaimTemplate ResourceSlice',
    { off: true },
  ],
  [
    'resource.k8s.io/v1beta1',
    'DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice',
    { off: true },
  ],
  ['scheduling.k8s.io/v1', 'PriorityClass'],
  ['scheduling.k8s.io/v1beta1', 'PriorityClass', { until: 22 }],
  ['storage.k8s.io/v1', 'StorageClass VolumeAttachment'],
  ['storage.k8s.io/v1', 'CSIDriver CSINode', { since: 18 }],
  ['storage.k8s.io/v1', 'CSIStorageCapacity', { since: 24 }],
  ['storage.k8s.io/v1', 'VolumeAttributesClass', { since: 34 }],
  ['storage.k8s.io/v1beta1', 'CSIDriver CSINode StorageClass VolumeAttachment', { until: 22 }],
  ['storage.k8s.io/v1beta1', 'CSIStorageCapacity', { until: 27 }],
  ['storage.k8s.io/v1beta1', 'VolumeAttributesClass', { off: true }],
  ['storage.k8s.io/v1alpha1', 'VolumeAttributesClass', { off: true }],
  ['storagemigration.k8s.io/v1alpha1', 'StorageVersionMigration', { off: true }],
  ['internal.apiserver.k8s.io/v1alpha1', 'StorageVersion', { off: true }],
];

interface Entry {
  readonly groupVersion: string;
  readonly bounds: NonNullable<Row[2]>;
}

const entries: ReadonlyMap<string, readonly Entry[]> = Map.groupBy(
  table.flatMap(([groupVersion, kinds, bounds = {}]) =>
    kinds.split(' ').map((kind) => ({ kind, groupVersion, bounds })),
  ),
  ({ kind }) => kind,
);
const groups: ReadonlySet<string> = new Set(table.map(([groupVersion]) => groupOf(groupVersion)));

const clusterWide: ReadonlySet<string> = new Set(
  'APIService CSIDriver CSINode CertificateSigningRequest ClusterRole ClusterRoleBinding ClusterTrustBundle ComponentStatus CustomResourceDefinition DeviceClass FlowSchema IPAddress IngressClass MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration Namespace Node PersistentVolume PodSecurityPolicy PriorityClass PriorityLevelConfiguration ResourceSlice RuntimeClass SelfSubjectAccessReview SelfSubjectReview SelfSubjectRulesReview ServiceCIDR StorageClass StorageVersion StorageVersionMigration SubjectAccessReview TokenReview ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration VolumeAttachment VolumeAttributesClass'.split(
    ' ',
  ),
);

/** `apps` of `apps/v1`; empty for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** `v1` of `apps/v1`. */
export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}

/**
 * What a version of Kubernetes serves of its own, as a cluster names it: `apps/v1` and `apps/v1/Deployment`, sorted.
 * @param kubernetes `1.31`, or `1.31.5`
 */
export function servedApiVersions(kubernetes: string): readonly string[] {
  const minor = minorOf(kubernetes);
  const rows = table.filter(([, , bounds = {}]) => isServed(bounds, minor));
  const names = rows.flatMap(([groupVersion, kinds]) => [
    groupVersion,
    ...kinds.split(' ').map((kind) => `${groupVersion}/${kind}`),
  ]);
  return [...new Set(names)].sort();
}

/** Whether an API group belongs to Kubernetes itself. */
export function isBuiltIn({ apiVersion }: { readonly apiVersion: string }): boolean {
  return groups.has(groupOf(apiVersion));
}

/** Whether objects of a kind of Kubernetes itself stand in no namespace. */
export function isClusterWide(object: {
  readonly apiVersion: string;
  readonly kind: string;
}): boolean {
  return isBuiltIn(object) && clusterWide.has(object.kind);
}

/**
 * What a version of Kubernetes makes of a kind of its own; undefined where the kind is not its own.
 * @param kubernetes `1.31`, or `1.31.5`
 */
export function servedKind(
  apiVersion: string,
  kind: string,
  kubernetes: string,
): ServedKind | undefined {
  if (!groups.has(groupOf(apiVersion))) return undefined;
  const minor = minorOf(kubernetes);
  const own = (entries.get(kind) ?? []).filter(({ groupVersion }) => groupVersion === apiVersion);
  if (own.some(({ bounds }) => isServed(bounds, minor))) return { served: true };
  const instead = servedAs(kind, minor);
  const [entry] = own;
  const says =
    entry === undefined
      ? `Kubernetes has no ${kind} in ${apiVersion}`
      : entry.bounds.off === true
        ? 'Kubernetes serves it only where someone switched it on'
        : entry.bounds.until !== undefined && minor >= entry.bounds.until
          ? `Kubernetes 1.${entry.bounds.until} removed it`
          : `Kubernetes has it from 1.${entry.bounds.since ?? 0} on`;
  return { served: false, because: `${says}${instead === undefined ? '' : `; use ${instead}`}` };
}

function servedAs(kind: string, minor: number): string | undefined {
  const [first] = (entries.get(kind) ?? []).filter(({ bounds }) => isServed(bounds, minor));
  return first?.groupVersion;
}

function isServed({ since = 0, until, off = false }: NonNullable<Row[2]>, minor: number): boolean {
  return !off && minor >= since && (until === undefined || minor < until);
}

function minorOf(kubernetes: string): number {
  return Number(/^v?1\.([0-9]+)/.exec(kubernetes)?.[1] ?? Number.POSITIVE_INFINITY);
}
