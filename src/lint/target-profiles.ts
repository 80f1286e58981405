import type { PromisedKind, TargetProfile } from './target-profile.ts';

/** A cluster with Zarf's own parts and nothing else. */
export const bareKubernetes: TargetProfile = {
  name: 'bare-kubernetes',
  kubernetes: '1.31',
  kinds: [],
  namespaces: ['default', 'kube-node-lease', 'kube-public', 'kube-system', 'zarf'],
  // Zarf puts both into every namespace it deploys to.
  secrets: [{ name: 'private-registry' }, { name: 'private-git-server' }],
  configMaps: [{ name: 'kube-root-ca.crt', keys: ['ca.crt'] }],
  serviceAccounts: [{ name: 'default' }],
  clusterRoles: ['admin', 'cluster-admin', 'edit', 'view'],
  storageClasses: [],
  defaultStorageClass: true,
  runtimeClasses: [],
  priorityClasses: ['system-cluster-critical', 'system-node-critical'],
  ingressClasses: [],
  gatewayClasses: [],
};

/**
 * UDS Core on a cluster with a local volume provisioner and, where there are GPUs, NVIDIA's container toolkit.
 * @see UDS Core, functional layers: base, identity, monitoring, logging, backup
 */
export const udsCore: TargetProfile = {
  ...bareKubernetes,
  name: 'uds-core',
  kinds: [
    ...kinds('uds.dev', ['v1alpha1', 'v1beta1'], 'Package Exemption ClusterConfig'),
    ...kinds(
      'networking.istio.io',
      ['v1', 'v1beta1', 'v1alpha3'],
      'DestinationRule EnvoyFilter Gateway ProxyConfig ServiceEntry Sidecar VirtualService WorkloadEntry WorkloadGroup',
    ),
    ...kinds(
      'security.istio.io',
      ['v1', 'v1beta1'],
      'AuthorizationPolicy PeerAuthentication RequestAuthentication',
    ),
    ...kinds('telemetry.istio.io', ['v1', 'v1alpha1'], 'Telemetry'),
    ...kinds('extensions.istio.io', ['v1alpha1'], 'WasmPlugin'),
    ...kinds(
      'gateway.networking.k8s.io',
      ['v1', 'v1beta1'],
      'GRPCRoute Gateway GatewayClass HTTPRoute ReferenceGrant',
    ),
    ...kinds(
      'monitoring.coreos.com',
      ['v1'],
      'Alertmanager PodMonitor Probe Prometheus PrometheusRule ServiceMonitor ThanosRuler',
    ),
    ...kinds(
      'monitoring.coreos.com',
      ['v1alpha1'],
      'AlertmanagerConfig PrometheusAgent ScrapeConfig',
    ),
    ...kinds(
      'velero.io',
      ['v1'],
      'Backup BackupStorageLocation DeleteBackupRequest DownloadRequest PodVolumeBackup PodVolumeRestore Restore Schedule ServerStatusRequest VolumeSnapshotLocation',
    ),
  ],
  namespaces: [
    ...bareKubernetes.namespaces,
    'authservice',
    'grafana',
    'istio-admin-gateway',
    'istio-passthrough-gateway',
    'istio-system',
    'istio-tenant-gateway',
    'keycloak',
    'loki',
    'monitoring',
    'pepr-system',
    'uds-dev-stack',
    'uds-policy-exemptions',
    'uds-runtime',
    'vector',
    'velero',
  ],
  configMaps: [
    ...bareKubernetes.configMaps,
    { name: 'istio-ca-root-cert', keys: ['root-cert.pem'] },
  ],
  storageClasses: ['local-path'],
  runtimeClasses: ['nvidia'],
  ingressClasses: ['istio'],
  gatewayClasses: ['istio', 'istio-remote', 'istio-waypoint'],
};

function kinds(group: string, versions: readonly string[], names: string): readonly PromisedKind[] {
  return names.split(' ').map((kind) => ({ group, versions, kind }));
}
