import { aPod, judgesPackages } from '../../../test/support/a-deployment.ts';
import { resources } from './resources.ts';

const pod = (text: string): string => aPod(`{ containers: [{ name: a, resources: ${text} }] }`);

judgesPackages(resources, {
  silent: {
    'requests and a limit': pod('{ requests: { cpu: 1, memory: 1Gi }, limits: { memory: 1Gi } }'),
    'limits, which count as requests': pod('{ limits: { cpu: 1, memory: 1Gi } }'),
    'amounts that are settled at deployment': pod(
      '{ limits: { cpu: "###ZARF_VAR_A###", memory: "###ZARF_VAR_B###" } }',
    ),
  },
  finds: {
    'nothing said': [
      pod('{}'),
      "warning 5: container 'a' has no request for cpu, no request for memory, no limit for memory",
    ],
    'no limit': [
      pod('{ requests: { cpu: 1, memory: 1Gi } }'),
      "container 'a' has no limit for memory",
    ],
    'an amount of nothing': [
      pod('{ requests: { cpu: null }, limits: { memory: 1Gi } }'),
      'has no request for cpu',
    ],
  },
  nothing: 'no container is deployed',
});
