import { aPod, judgesPackages, object } from '../../../test/support/a-deployment.ts';
import { volumes } from './volumes.ts';

judgesPackages(volumes, {
  silent: {
    'a mount of a volume': aPod(
      '{ volumes: [{ name: v, emptyDir: {} }], containers: [{ name: a, volumeMounts: [{ name: v, mountPath: /v }] }] }',
    ),
    'a volume nobody mounts': aPod('{ volumes: [{ name: v }], containers: [{ name: a }] }'),
    'a claim of a stateful set': object(
      'apps/v1',
      'StatefulSet',
      's',
      'spec: { volumeClaimTemplates: [{ metadata: { name: data } }], template: { spec: { containers: [{ name: a, volumeMounts: [{ name: data, mountPath: /v }] }] } } }',
    ),
    'names that are settled at deployment': aPod(
      '{ volumes: [{ name: "###ZARF_VAR_A###" }], containers: [{ name: a, volumeMounts: [{ name: v, mountPath: /v }] }] }',
    ),
  },
  finds: {
    'a mount of no volume': [
      aPod(
        '{ volumes: [{ name: w, emptyDir: {} }], initContainers: [{ name: a, volumeMounts: [{ name: v, mountPath: /v }] }], containers: [] }',
      ),
      "error 5: init container 'a' mounts volume 'v', the pod has w",
    ],
    'a mount in a pod without volumes': [
      aPod('{ containers: [{ name: a, volumeMounts: [{ name: v, mountPath: /v }] }] }'),
      "error 5: container 'a' mounts volume 'v', the pod has none",
    ],
    'two sources': [
      aPod('{ volumes: [{ name: v, emptyDir: {}, hostPath: { path: / } }], containers: [] }'),
      "error 5: volume 'v' has two sources: emptyDir, hostPath",
    ],
    'a source without content': [
      aPod('{ volumes: [{ name: v, configMap: null }], containers: [] }'),
      "error 5: volume 'v' has a source without content",
    ],
    'a volume twice': [
      aPod('{ volumes: [{ name: v }, { name: v }], containers: [] }'),
      "error 5: volume 'v' stands twice",
    ],
  },
  nothing: 'no pod is deployed',
});
