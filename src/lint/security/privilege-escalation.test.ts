import { aPod, judgesPackages } from '../../../test/support/a-deployment.ts';
import { privilegeEscalation } from './privilege-escalation.ts';

const pod = (text: string): string =>
  aPod(`{ containers: [{ name: a, securityContext: { allowPrivilegeEscalation: ${text} } }] }`);

judgesPackages(privilegeEscalation, {
  silent: {
    'no escalation': pod('false'),
    'what is settled at deployment': pod('"###ZARF_VAR_A###"'),
  },
  finds: {
    'nothing said': [
      aPod('{ containers: [{ name: a }] }'),
      "warning 5: container 'a' may gain rights while it runs",
    ],
    'escalation allowed': [pod('true'), "container 'a' may gain rights"],
  },
  nothing: 'no container is deployed',
});
