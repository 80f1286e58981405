import { aPod, judgesReleases, object } from '../../../test/support/a-deployment.ts';
import { claims } from './claims.ts';

const pod = aPod(
  '{ volumes: [{ name: v, persistentVolumeClaim: { claimName: data } }], containers: [] }',
);

judgesReleases(claims, {
  silent: {
    'a claim that is made': pod + object('v1', 'PersistentVolumeClaim', 'data'),
    'a claim of a stateful set':
      pod.replace('claimName: data', 'claimName: data-db-0') +
      object(
        'apps/v1',
        'StatefulSet',
        'db',
        'spec: { volumeClaimTemplates: [{ metadata: { name: data } }] }',
      ),
    'a claim an operator makes': pod + object('cdi.kubevirt.io/v1beta1', 'DataVolume', 'data'),
    'a name that is settled at deployment': pod.replace(
      'claimName: data',
      'claimName: "###ZARF_VAR_A###"',
    ),
    'another volume': aPod('{ volumes: [{ name: v, emptyDir: {} }], containers: [] }'),
  },
  finds: {
    'a claim nobody makes': [
      pod + object('v1', 'PersistentVolumeClaim', 'model'),
      "error 5: volume 'v' is claim 'data', which nothing makes in namespace 'ns'",
    ],
    'a claim of another namespace': [
      pod +
        object('v1', 'PersistentVolumeClaim', 'data').replace(
          'name: data',
          'name: data, namespace: other',
        ),
      "is claim 'data'",
    ],
  },
  nothing: 'no pod mounts a claim',
  absent: pod,
});
