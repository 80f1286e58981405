import { GoMap, GoStruct, type GoValue, stringList } from './go-value.ts';
import { parseVersion } from './semantic-version.ts';

/** What a chart may ask of the cluster it is rendered for. */
export interface Capabilities {
  /** `v1.31.5`. */
  readonly kubeVersion: string;
  /** `apps/v1`, and for what is not built in `uds.dev/v1alpha1/Package` too. */
  readonly apiVersions: readonly string[];
  readonly helmVersion: string;
}

/** Group versions that `helm template` takes as known without a cluster. */
export const builtInApiVersions: readonly string[] = [
  'v1',
  ...['v1', 'v1alpha1', 'v1beta1'].map((version) => `admissionregistration.k8s.io/${version}`),
  'internal.apiserver.k8s.io/v1alpha1',
  ...['v1', 'v1beta1', 'v1beta2'].map((version) => `apps/${version}`),
  ...['v1', 'v1alpha1', 'v1beta1'].map((version) => `authentication.k8s.io/${version}`),
  ...['v1', 'v1beta1'].map((version) => `authorization.k8s.io/${version}`),
  ...['v1', 'v2', 'v2beta1', 'v2beta2'].map((version) => `autoscaling/${version}`),
  ...['v1', 'v1beta1'].map((version) => `batch/${version}`),
  ...['v1', 'v1beta1', 'v1alpha1'].map((version) => `certificates.k8s.io/${version}`),
  ...['v1alpha2', 'v1beta1', 'v1'].map((version) => `coordination.k8s.io/${version}`),
  ...['v1', 'v1beta1'].map((version) => `discovery.k8s.io/${version}`),
  ...['v1', 'v1beta1'].map((version) => `events.k8s.io/${version}`),
  'extensions/v1beta1',
  ...['v1', 'v1beta1', 'v1beta2', 'v1beta3'].map(
    (version) => `flowcontrol.apiserver.k8s.io/${version}`,
  ),
  ...['v1', 'v1beta1'].map((version) => `networking.k8s.io/${version}`),
  ...['v1', 'v1alpha1', 'v1beta1'].map((version) => `node.k8s.io/${version}`),
  ...['v1', 'v1beta1'].map((version) => `policy/${version}`),
  ...['v1', 'v1beta1', 'v1alpha1'].map((version) => `rbac.authorization.k8s.io/${version}`),
  ...['v1', 'v1beta2', 'v1beta1', 'v1alpha3'].map((version) => `resource.k8s.io/${version}`),
  ...['v1alpha1', 'v1beta1', 'v1'].map((version) => `scheduling.k8s.io/${version}`),
  ...['v1beta1', 'v1', 'v1alpha1'].map((version) => `storage.k8s.io/${version}`),
  'storagemigration.k8s.io/v1alpha1',
  ...['v1beta1', 'v1'].map((version) => `apiextensions.k8s.io/${version}`),
];

/** Kinds charts ask a cluster for by name: what a cluster says it serves, and `helm template` only when told. */
export const servedKinds: readonly string[] = [
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].map((kind) => `apps/v1/${kind}`),
  ...['Job', 'CronJob'].map((kind) => `batch/v1/${kind}`),
  ...['v1', 'v2'].map((version) => `autoscaling/${version}/HorizontalPodAutoscaler`),
  ...['Ingress', 'IngressClass', 'NetworkPolicy'].map((kind) => `networking.k8s.io/v1/${kind}`),
  ...['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'].map(
    (kind) => `rbac.authorization.k8s.io/v1/${kind}`,
  ),
  'policy/v1/PodDisruptionBudget',
  'storage.k8s.io/v1/StorageClass',
  'storage.k8s.io/v1/CSIDriver',
  'scheduling.k8s.io/v1/PriorityClass',
  'apiextensions.k8s.io/v1/CustomResourceDefinition',
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration',
];

/** `.Capabilities` as templates see it. */
export function capabilitiesObject({
  kubeVersion,
  apiVersions,
  helmVersion,
}: Capabilities): GoValue {
  const version = parseVersion(kubeVersion);
  const known = new Set(apiVersions);
  return new GoStruct('*chartutil.Capabilities', {
    KubeVersion: new GoStruct(
      'chartutil.KubeVersion',
      {
        Version: kubeVersion,
        GitVersion: kubeVersion,
        Major: String(version?.major ?? ''),
        Minor: String(version?.minor ?? ''),
      },
      { shown: kubeVersion, methods: { String: () => kubeVersion, GitVersion: () => kubeVersion } },
    ),
    APIVersions: apiVersionList(apiVersions, known),
    HelmVersion: new GoStruct('version.BuildInfo', { Version: helmVersion }),
  });
}

/** A list that can be ranged over and asked; Go's list type has the method `Has`. */
function apiVersionList(apiVersions: readonly string[], known: ReadonlySet<string>): GoValue {
  return new GoMap(
    stringList(apiVersions).map((each, index) => [String(index).padStart(4, '0'), each] as const),
    {
      typeName: 'chartutil.VersionSet',
      methods: { Has: ([name]) => typeof name === 'string' && known.has(name) },
    },
  );
}
