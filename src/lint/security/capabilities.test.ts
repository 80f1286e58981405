import { aPod, judgesPackages } from '../../../test/support/a-deployment.ts';
import { capabilities } from './capabilities.ts';

const pod = (text: string): string =>
  aPod(`{ containers: [{ name: a, securityContext: { capabilities: ${text} } }] }`);

judgesPackages(capabilities, {
  silent: {
    'all dropped': pod('{ drop: [ALL] }'),
    'the one for low ports taken back': pod('{ drop: [ALL], add: [NET_BIND_SERVICE] }'),
  },
  finds: {
    'none dropped': [pod('{}'), "warning 5: container 'a' does not drop ALL capabilities"],
    'some dropped': [pod('{ drop: [NET_RAW] }'), 'does not drop ALL'],
    'one added': [
      pod('{ drop: [ALL], add: [SYS_ADMIN] }'),
      "container 'a' adds the capability SYS_ADMIN",
    ],
  },
  nothing: 'no container is deployed',
});
