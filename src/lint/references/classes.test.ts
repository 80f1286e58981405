import { aPod, judgesReleases, object } from '../../../test/support/a-deployment.ts';
import { classes } from './classes.ts';

const claim = (spec: string): string => object('v1', 'PersistentVolumeClaim', 'c', `spec: ${spec}`);

judgesReleases(classes, {
  silent: {
    'a class of the profile': claim('{ storageClassName: local-path }'),
    'the default': claim('{ accessModes: [ReadWriteOnce] }'),
    'no class at all': [
      claim('{ storageClassName: "" }'),
      { target: { profile: 'bare-kubernetes', defaultStorageClass: false } },
    ],
    'a volume by its name': [
      claim('{ volumeName: v }'),
      { target: { defaultStorageClass: false } },
    ],
    'a class that is made':
      claim('{ storageClassName: own }') + object('storage.k8s.io/v1', 'StorageClass', 'own'),
    'a class that is added': [
      claim('{ storageClassName: fast }'),
      { target: { storageClasses: ['fast'] } },
    ],
    'a class that is settled at deployment': claim('{ storageClassName: "###ZARF_VAR_A###" }'),
    'runtime and priority of the profile': aPod(
      '{ runtimeClassName: nvidia, priorityClassName: system-node-critical, containers: [] }',
    ),
    'an empty runtime': aPod('{ runtimeClassName: "", containers: [] }'),
  },
  finds: {
    'a storage class nobody has': [
      claim('{ storageClassName: fast }'),
      "error 5: storage class 'fast' is made by nothing and not promised by the target uds-core, which has local-path",
    ],
    'no default': [
      [claim('{}'), { target: { defaultStorageClass: false } }],
      'error 5: it names no storage class and the target uds-core has no default',
    ],
    'a template of a stateful set': [
      object(
        'apps/v1',
        'StatefulSet',
        's',
        'spec: { volumeClaimTemplates: [{ spec: { storageClassName: fast } }] }',
      ),
      "storage class 'fast'",
    ],
    'an ephemeral volume': [
      aPod(
        '{ volumes: [{ name: v, ephemeral: { volumeClaimTemplate: { spec: { storageClassName: fast } } } }], containers: [] }',
      ),
      "storage class 'fast'",
    ],
    'a runtime class on bare Kubernetes': [
      [
        aPod('{ runtimeClassName: nvidia, containers: [] }'),
        { target: { profile: 'bare-kubernetes' } },
      ],
      "runtime class 'nvidia' is made by nothing and not promised by the target bare-kubernetes, which has none",
    ],
    'a priority class': [
      aPod('{ priorityClassName: high, containers: [] }'),
      "priority class 'high'",
    ],
    'an ingress class': [
      object('networking.k8s.io/v1', 'Ingress', 'i', 'spec: { ingressClassName: nginx }'),
      "ingress class 'nginx'",
    ],
    'an ingress class by annotation': [
      '---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i, annotations: { kubernetes.io/ingress.class: nginx } }\n',
      "ingress class 'nginx'",
    ],
    'a gateway class': [
      object('gateway.networking.k8s.io/v1', 'Gateway', 'g', 'spec: { gatewayClassName: nginx }'),
      "gateway class 'nginx'",
    ],
  },
  nothing: 'no class is named',
  absent: claim('{ storageClassName: fast }'),
});
