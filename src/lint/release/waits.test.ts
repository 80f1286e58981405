import { expect, it } from 'vitest';
import { deployedPackage, told } from '../../../test/support/deployed.ts';
import { waits } from './waits.ts';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: cowabunga-api, namespace: ai }
`;

async function judge(rest: string, objects = deployment): Promise<readonly string[]> {
  const zarf = `kind: ZarfPackageConfig
metadata: { name: app }
constants: [{ name: V, value: 1.0.0 }]
components:
  - name: app
    manifests: [{ name: m, namespace: ai, files: [all.yaml] }]
${rest}`;
  return told(waits, await deployedPackage({ 'zarf.yaml': zarf, 'all.yaml': objects }));
}

function wait(cluster: string, before = ''): string {
  return `    actions: { onDeploy: { ${before}after: [{ wait: { cluster: { ${cluster} } } }] } }\n`;
}

it.each([
  ['what is deployed', wait('kind: Deployment, name: cowabunga-api, namespace: ai'), ['pass']],
  ['it by another spelling', wait('kind: deploy, name: cowabunga-api, namespace: ai'), ['pass']],
  ['it without a namespace', wait('kind: deployments.apps, name: cowabunga-api'), ['pass']],
  [
    'whatever a label selects',
    wait('kind: Deployment, name: app=api, namespace: ai'),
    ['not-applicable'],
  ],
  ['what an operator makes', wait('kind: Pod, name: api, namespace: ai'), ['not-applicable']],
  [
    'something in a namespace of others',
    wait('kind: Deployment, name: keycloak, namespace: keycloak'),
    ['not-applicable'],
  ],
  [
    'something a command may make',
    wait('kind: Deployment, name: x, namespace: ai', 'before: [{ cmd: kubectl apply -f x }], '),
    ['not-applicable'],
  ],
  [
    'a name that is settled later',
    wait('kind: Deployment, name: "###ZARF_VAR_N###", namespace: ai'),
    ['not-applicable'],
  ],
  [
    'what is deployed, and what only the deployment tells',
    `${wait('kind: Deployment, name: cowabunga-api, namespace: ai')}    healthChecks: [{ apiVersion: apps/v1, kind: Deployment, name: x, namespace: of-others }]\n`,
    ['pass'],
  ],
  ['nothing', '', ['not-applicable']],
  [
    'another name',
    wait('kind: Deployment, name: cowabunga-apis, namespace: ai'),
    [
      "fail zarf.yaml:7:81 no Deployment cowabunga-apis is deployed; there is cowabunga-api; 'cowabunga-api' was meant?",
      'pass',
    ],
  ],
  [
    'another namespace',
    wait('kind: Deployment, name: cowabunga-api, namespace: other'),
    [
      'fail zarf.yaml:7:81 Deployment cowabunga-api is waited for in namespace other, and deployed to ai',
      'pass',
    ],
  ],
  [
    'a job of another version',
    wait('kind: Job, name: "migrate-###ZARF_CONST_V###", namespace: ai'),
    [
      "fail zarf.yaml:7:74 no Job migrate-1.0.0 is deployed; there is migrate-0.9.0; 'migrate-0.9.0' was meant?",
      'pass',
    ],
    'apiVersion: batch/v1\nkind: Job\nmetadata: { name: migrate-0.9.0, namespace: ai }\n',
  ],
  [
    'the health of what is not there',
    '    healthChecks: [{ apiVersion: apps/v1, kind: Deployment, name: api, namespace: ai }]\n',
    ['fail zarf.yaml:7:67 no Deployment api is deployed; there is cowabunga-api', 'pass'],
  ],
  [
    'what may be in a file that is no YAML',
    wait('kind: Deployment, name: x, namespace: ai'),
    [
      'undecided zarf.yaml:7:81 no Deployment x is deployed; there is none; all.yaml could not be read: what it renders to is no YAML',
    ],
    'a: [',
  ],
  [
    'what the object of an operator may start',
    wait('kind: Deployment, name: x, namespace: ai'),
    ['not-applicable'],
    `${deployment}---\napiVersion: databases.example.com/v1\nkind: Cluster\nmetadata: { name: x, namespace: ai }\n`,
  ],
])('waits for %s', async (_name, rest, expected, objects = deployment) => {
  expect(await judge(rest, objects)).toEqual(expected);
});
