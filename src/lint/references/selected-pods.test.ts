import { aPod, judgesReleases, object } from '../../../test/support/a-deployment.ts';
import { selectedPodsCheck } from './selected-pods.ts';

const pod = aPod('{ containers: [] }');
const policy = (selector: string): string =>
  object('networking.k8s.io/v1', 'NetworkPolicy', 'n', `spec: { podSelector: ${selector} }`);
const uds = (spec: string): string => object('uds.dev/v1alpha1', 'Package', 'p', `spec: ${spec}`);

judgesReleases(selectedPodsCheck, {
  silent: {
    'labels of a pod': policy('{ matchLabels: { app: api } }') + pod,
    'a policy for all pods': policy('{}'),
    'expressions, which are not judged': policy(
      '{ matchExpressions: [{ key: app, operator: In, values: [x] }] }',
    ),
    'labels that are settled at deployment':
      policy('{ matchLabels: { app: "###ZARF_VAR_A###" } }') + pod,
    'pods of an operator':
      policy('{ matchLabels: { app: db } }') + object('example.com/v1', 'Database', 'd'),
    'pods of somebody else': policy('{ matchLabels: { app: loki } }').replace(
      'name: n',
      'name: n, namespace: loki',
    ),
    'a package of UDS':
      uds('{ network: { allow: [{ direction: Egress, selector: { app: api } }] } }') + pod,
  },
  finds: {
    'a network policy': [
      policy('{ matchLabels: { app: web } }') + pod,
      "warning 5: no pod in namespace 'ns' has the labels it selects: app=web",
    ],
    'a disruption budget': [
      object(
        'policy/v1',
        'PodDisruptionBudget',
        'b',
        'spec: { selector: { matchLabels: { app: web } } }',
      ) + pod,
      'app=web',
    ],
    'an authorization policy': [
      object(
        'security.istio.io/v1',
        'AuthorizationPolicy',
        'a',
        'spec: { selector: { matchLabels: { app: web } } }',
      ) + pod,
      'app=web',
    ],
    'network and monitor of a package of UDS': [
      uds(
        '{ network: { allow: [{ selector: { app: a } }], expose: [{ podLabels: { app: b } }] }, monitor: [{ selector: { app: c } }, { selector: { x: y }, podSelector: { app: api } }] }',
      ) + pod,
      'app=a',
      'app=b',
      'app=c',
    ],
  },
  passesBeside: ['network and monitor of a package of UDS'],
  nothing: 'nothing selects pods',
  absent: policy('{ matchLabels: { app: web } }'),
});
