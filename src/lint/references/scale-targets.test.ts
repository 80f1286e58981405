import { judgesReleases, object } from '../../../test/support/a-deployment.ts';
import { scaleTargets } from './scale-targets.ts';

const scaling = (reference: string): string =>
  object(
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    'h',
    `spec: { scaleTargetRef: ${reference} }`,
  );
const deployment = object('apps/v1', 'Deployment', 'api');

judgesReleases(scaleTargets, {
  silent: {
    'a workload that is there':
      scaling('{ apiVersion: apps/v1, kind: Deployment, name: api }') + deployment,
    'a name that is settled at deployment': scaling(
      '{ kind: Deployment, name: "###ZARF_VAR_A###" }',
    ),
    'a scaler of another kind':
      object('keda.sh/v1alpha1', 'ScaledObject', 's', 'spec: { scaleTargetRef: { name: api } }') +
      deployment,
  },
  finds: {
    'another name': [
      scaling('{ apiVersion: apps/v1, kind: Deployment, name: web }') + deployment,
      "error 5: it scales Deployment 'web', which nothing makes in namespace 'ns'",
    ],
    'another kind': [
      scaling('{ apiVersion: apps/v1, kind: StatefulSet, name: api }') + deployment,
      "StatefulSet 'api'",
    ],
    'another group': [
      scaling('{ apiVersion: argoproj.io/v1alpha1, kind: Deployment, name: api }') + deployment,
      "Deployment 'api'",
    ],
  },
  nothing: 'nothing is scaled',
  absent: scaling('{ apiVersion: apps/v1, kind: Deployment, name: web }'),
});
