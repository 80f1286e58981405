import { aPod, judgesPackages } from '../../../test/support/a-deployment.ts';
import { nonRoot } from './non-root.ts';

const pod = (own: string, pods = '{}'): string =>
  aPod(`{ securityContext: ${pods}, containers: [{ name: a, securityContext: ${own} }] }`);

judgesPackages(nonRoot, {
  silent: {
    'a pod that says so': pod('{}', '{ runAsNonRoot: true }'),
    'a container that says so': pod('{ runAsNonRoot: true }'),
    'a user with a number': pod('{}', '{ runAsUser: 65532 }'),
    'a container that overrides its pod': pod('{ runAsUser: 1000 }', '{ runAsUser: 0 }'),
    'what is settled at deployment': pod('{ runAsUser: "###ZARF_VAR_U###" }'),
  },
  finds: {
    'nothing said': [
      pod('{}'),
      "warning 5: container 'a' may run as root: neither runAsNonRoot nor runAsUser is set",
    ],
    'root by its number': [
      pod('{ runAsUser: 0, runAsNonRoot: true }'),
      "container 'a' runs as user 0",
    ],
    'a container that takes it back': [
      pod('{ runAsNonRoot: false }', '{ runAsNonRoot: true }'),
      'runAsNonRoot is false',
    ],
    'an init container': [
      aPod('{ initContainers: [{ name: i }], containers: [] }'),
      "init container 'i' may run as root",
    ],
  },
  nothing: 'no container is deployed',
});
