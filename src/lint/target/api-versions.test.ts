import { expect, it } from 'vitest';
import {
  aDeployedPackage,
  judgesPackages,
  object,
  saidBy,
} from '../../../test/support/a-deployment.ts';
import { apiVersions } from './api-versions.ts';

judgesPackages(apiVersions, {
  silent: {
    'what is served':
      object('apps/v1', 'Deployment', 'a') +
      object('v1', 'Service', 'a') +
      object('autoscaling/v2', 'HorizontalPodAutoscaler', 'a'),
    'what an older version serves': [
      object('policy/v1beta1', 'PodDisruptionBudget', 'a'),
      { target: { kubernetes: '1.24' } },
    ],
    'what a newer version serves': [
      object('resource.k8s.io/v1', 'ResourceClaim', 'a'),
      { target: { kubernetes: '1.34.1' } },
    ],
    'a kind that is not of Kubernetes': object('uds.dev/v1alpha1', 'Package', 'a'),
  },
  finds: {
    'what was removed': [
      object('policy/v1beta1', 'PodDisruptionBudget', 'a'),
      'error 2: Kubernetes 1.31 does not serve PodDisruptionBudget of policy/v1beta1: Kubernetes 1.25 removed it; use policy/v1',
    ],
    'what was removed for good': [
      object('policy/v1beta1', 'PodSecurityPolicy', 'a'),
      'Kubernetes 1.25 removed it',
    ],
    'what is not there yet': [
      object('resource.k8s.io/v1', 'ResourceClaim', 'a'),
      'Kubernetes has it from 1.34 on',
    ],
    'what stays off': [
      object('storage.k8s.io/v1beta1', 'VolumeAttributesClass', 'a'),
      'Kubernetes serves it only where someone switched it on',
    ],
    'a kind of another group': [
      object('v1', 'Deployment', 'a'),
      'Kubernetes has no Deployment in v1; use apps/v1',
    ],
    'a kind nobody knows': [
      object('apps/v1', 'Deploiment', 'a'),
      'Kubernetes has no Deploiment in apps/v1',
    ],
  },
  nothing: 'no kind of Kubernetes itself is deployed',
});

it.each(['apiVersion: v1\n', 'kind: Pod\n'])(
  'leaves to others what has no kind or no version: %j',
  (text) => {
    const said = saidBy(apiVersions, aDeployedPackage(`${text}metadata: { name: a }\n`));
    expect(said).toEqual(['not-applicable: no kind of Kubernetes itself is deployed']);
  },
);
