import { expect, it } from 'vitest';
import {
  aDeployedPackage,
  aDeployedRelease,
  aPod,
  judgesReleases,
  object,
  saidBy,
} from '../../../test/support/a-deployment.ts';
import { services } from './services.ts';

const service = (port: string, selector = '{ app: api }'): string =>
  object('v1', 'Service', 'api', `spec: { selector: ${selector}, ports: [${port}] }`);
const pod = aPod(
  '{ containers: [{ name: a, ports: [{ name: http, containerPort: 8080 }] }] }',
  '{ app: api, tier: web }',
);
const job = object(
  'batch/v1',
  'Job',
  'migrate',
  'spec: { template: { metadata: { labels: { app: api } }, spec: { containers: [{ name: m }] } } }',
);

judgesReleases(services, {
  silent: {
    'a name of a port': service('{ port: 80, targetPort: http }') + pod,
    'a number of a port': service('{ port: 80, targetPort: 8080 }') + pod,
    'one number for both': service('{ port: 8080 }') + pod,
    'a pod that declares no port': service('{ port: 80 }') + aPod('{ containers: [{ name: a }] }'),
    'a service without selector': object('v1', 'Service', 'api', 'spec: { ports: [{ port: 80 }] }'),
    'a name outside the cluster': object(
      'v1',
      'Service',
      'api',
      'spec: { type: ExternalName, externalName: example.com, selector: { app: none } }',
    ),
    'a selector that is settled at deployment':
      service('{ port: 80 }', '{ app: "###ZARF_VAR_A###" }') + pod,
    'pods whose label is settled at deployment':
      service('{ port: 80 }') +
      aPod('{ containers: [{ name: a }] }', '{ app: "###ZARF_VAR_A###" }'),
    'pods an operator makes': service('{ port: 80 }') + object('example.com/v1', 'Database', 'pg'),
    'one pod of a stateful set':
      service('{ port: 80 }', '{ statefulset.kubernetes.io/pod-name: db-0 }') +
      object(
        'apps/v1',
        'StatefulSet',
        'db',
        'spec: { template: { spec: { containers: [{ name: a }] } } }',
      ),
    'a job that is selected too, by a port name':
      service('{ port: 80, targetPort: http }') + pod + job,
  },
  finds: {
    'a selector that fits nothing': [
      service('{ port: 80 }', '{ app: web }') + pod,
      "error 5: no pod in namespace 'ns' has the labels it selects: app=web",
    ],
    'pods in another namespace': [
      service('{ port: 8080 }') + pod.replace('name: api,', 'name: api, namespace: other,'),
      "app=api; pods with them are in namespace 'other'",
    ],
    'a name that is no port': [
      service('{ port: 80, targetPort: web }') + pod,
      "error 5: targetPort 'web' is no port of Pod/api: http",
    ],
    'a number that is no port': [
      service('{ port: 80, targetPort: 50052 }') + pod,
      'warning 5: targetPort 50052 is no port of Pod/api: 8080',
    ],
    'a port that is taken for both': [
      service('{ port: 80 }') + pod,
      'warning 5: port 80 is no port of Pod/api: 8080',
    ],
    'a number in quotes': [
      service('{ port: 80, targetPort: "8080" }') + pod,
      "error 5: targetPort is the text '8080'",
    ],
    'a job that gets requests': [
      service('{ port: 8080 }') + pod + job,
      'warning 5: it also selects the pods of Job/migrate, which have no port 8080',
    ],
  },
  nothing: 'no service is deployed',
  absent: service('{ port: 80 }'),
});

it('finds pods of another package of the bundle', () => {
  const other = aDeployedPackage(pod, { name: 'other' });
  expect(
    saidBy(services, aDeployedRelease(aDeployedPackage(service('{ port: 8080 }')), other)),
  ).toEqual([]);
});
