import { expect, it } from 'vitest';
import {
  aDeployedPackage,
  aPod,
  judgesPackages,
  object,
  saidBy,
} from '../../../test/support/a-deployment.ts';
import { kubernetes } from './kubernetes.ts';

const container = (text: string): string => aPod(`{ containers: [{ name: a, ${text} }] }`);
const claim = (storage: string): string =>
  object(
    'v1',
    'PersistentVolumeClaim',
    'c',
    `spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: ${storage} } } }`,
  );

judgesPackages(kubernetes, {
  silent: {
    'a sound pod': container(
      'image: a, ports: [{ containerPort: 80 }], env: [{ name: A, value: "1" }], livenessProbe: { httpGet: { port: http } }',
    ),
    'a port by number': container('livenessProbe: { httpGet: { port: 80 } }'),
    'amounts in every spelling':
      claim('15Gi') + claim('1e3') + claim('500m') + claim('1073741824') + claim('0.5'),
    'fields that say nothing':
      container('resources: null, securityContext: {}, imagePullPolicy: ""') +
      object('v1', 'ConfigMap', 'm', 'data: null'),
    'a date that was not set':
      '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: m, creationTimestamp: null }\n',
    'what the cluster wrote': object(
      'apps/v1',
      'Deployment',
      'd',
      'spec: { selector: {}, template: {} }\nstatus: { anything: 1 }',
    ),
    'numbers that are settled at deployment': object(
      'apps/v1',
      'Deployment',
      'd',
      'spec: { replicas: "###ZARF_VAR_N###", selector: {}, template: {} }',
    ),
    'a name that is made': '---\napiVersion: v1\nkind: Secret\nmetadata: { generateName: a- }\n',
    'kinds of operators': object('uds.dev/v1alpha1', 'Package', 'p', 'spec: { anything: 1 }'),
  },
  finds: {
    'a field in other letters': [
      container('imagePullpolicy: Always'),
      "error 5: spec.containers[0] has no field 'imagePullpolicy'; did you mean 'imagePullPolicy'?",
    ],
    'a field one level too high': [
      container('runAsNonRoot: true'),
      "error 5: spec.containers[0] has no field 'runAsNonRoot'",
    ],
    'a field of the object': [
      object('v1', 'ConfigMap', 'm', 'date: {}'),
      "error 5: the object has no field 'date'; did you mean 'data'?",
    ],
    'a number where text belongs': [
      container('env: [{ name: A, value: 8080 }]'),
      'error 5: spec.containers[0].env[0].value is a number, where text belongs',
    ],
    'a switch in an annotation': [
      '---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: m, annotations: { example.com/a: true } }\n',
      "error 4: metadata.annotations['example.com/a'] is true, where text belongs",
    ],
    'text where a number belongs': [
      object('apps/v1', 'Deployment', 'd', 'spec: { replicas: "3", selector: {}, template: {} }'),
      "error 5: spec.replicas is the text '3', where a whole number belongs",
    ],
    'half a number': [
      container('ports: [{ containerPort: 80.5 }]'),
      'is the number 80.5, where a whole number belongs',
    ],
    'text where a switch belongs': [
      aPod('{ hostNetwork: "false", containers: [] }'),
      "error 5: spec.hostNetwork is the text 'false', where true or false belongs",
    ],
    'a word the field does not know': [
      container('imagePullPolicy: IfNotpresent'),
      "is the text 'IfNotpresent', where one of Always, IfNotPresent, Never belongs; did you mean 'IfNotPresent'?",
    ],
    'a mapping where a list belongs': [
      aPod('{ containers: { name: a } }'),
      'error 5: spec.containers is a mapping, where a list belongs',
    ],
    'a list where a mapping belongs': [
      container('resources: [1]'),
      'resources is a list, where a mapping belongs',
    ],
    'text where a mapping belongs': [
      object('v1', 'ConfigMap', 'm', 'data: text'),
      'error 5: data is a text, where a mapping belongs',
    ],
    'nothing in a mapping': [
      object('v1', 'ConfigMap', 'm', 'data: { a: null }'),
      'warning 5: data.a is empty, where text belongs',
    ],
    'nothing in a list': [
      container('args: [null]'),
      'error 5: spec.containers[0].args[0] is empty',
    ],
    'nothing where something is required': [
      container('env: [{ name: null }]'),
      'error 5: spec.containers[0].env[0].name is empty, and it is required',
    ],
    'something required that is missing': [
      container('volumeMounts: [{ name: a }]'),
      'error 5: spec.containers[0].volumeMounts[0].mountPath is missing, and it is required',
    ],
    'an amount nobody knows': [
      claim('15GB'),
      "storage is the text '15GB', where a quantity such as 500m or 2Gi belongs",
    ],
    'no name': [
      '---\napiVersion: v1\nkind: Secret\nmetadata: { namespace: a }\n',
      'error 4: metadata.name is missing',
    ],
    'a number in a secret, without showing it': [
      object('v1', 'Secret', 's', 'stringData: { pin: 4711 }'),
      'error 5: stringData.pin is a number, where text belongs',
    ],
  },
  nothing: 'no object of a known kind is deployed',
});

it('judges no kind whose fields it does not know', () => {
  const thing = object('example.com/v1', 'Thing', 'a', 'spec: { anything: null }');
  expect(saidBy(kubernetes, aDeployedPackage(thing))).toEqual([
    'not-applicable: no object of a known kind is deployed',
  ]);
});
