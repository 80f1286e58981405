import { aPod, judgesPackages } from '../../../test/support/a-deployment.ts';
import { seccomp } from './seccomp.ts';

const pod = (own: string, pods = '{}'): string =>
  aPod(`{ securityContext: ${pods}, containers: [{ name: a, securityContext: ${own} }] }`);

judgesPackages(seccomp, {
  silent: {
    'the default of the pod': pod('{}', '{ seccompProfile: { type: RuntimeDefault } }'),
    'a profile of its own': pod(
      '{ seccompProfile: { type: Localhost, localhostProfile: a.json } }',
    ),
  },
  finds: {
    'nothing said': [pod('{}'), "warning 5: container 'a' has no seccomp profile"],
    'a container without': [
      pod(
        '{ seccompProfile: { type: Unconfined } }',
        '{ seccompProfile: { type: RuntimeDefault } }',
      ),
      'has the seccomp profile Unconfined',
    ],
  },
  nothing: 'no container is deployed',
});
