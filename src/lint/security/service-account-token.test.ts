import { aPod, judgesReleases, object } from '../../../test/support/a-deployment.ts';
import { serviceAccountToken } from './service-account-token.ts';

const pod = (spec: string): string => aPod(`{ ${spec}containers: [{ name: a }] }`);
const binding = (subject: string): string =>
  object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'b', `subjects: [${subject}]`);

judgesReleases(serviceAccountToken, {
  silent: {
    'a pod that wants none': pod('automountServiceAccountToken: false, '),
    'an account that gives none':
      pod('serviceAccountName: s, ') +
      object('v1', 'ServiceAccount', 's', 'automountServiceAccountToken: false'),
    'an account with a role':
      pod('serviceAccountName: s, ') + binding('{ kind: ServiceAccount, name: s, namespace: ns }'),
    'a role of all accounts':
      pod('') + binding('{ kind: Group, name: "system:serviceaccounts:ns" }'),
    'an account that is settled at deployment': pod('serviceAccountName: "###ZARF_VAR_A###", '),
  },
  finds: {
    'the default account': [
      pod(''),
      "warning 5: its pods get a token of service account 'default', to which no role is bound",
    ],
    'a role of another account': [
      pod('serviceAccountName: s, ') + binding('{ kind: ServiceAccount, name: t, namespace: ns }'),
      "service account 's'",
    ],
    'a role of the account of another namespace': [
      pod('serviceAccountName: s, ') +
        binding('{ kind: ServiceAccount, name: s, namespace: other }'),
      "service account 's'",
    ],
    'a pod that wants one all the same': [
      pod('serviceAccountName: s, automountServiceAccountToken: true, ') +
        object('v1', 'ServiceAccount', 's', 'automountServiceAccountToken: false'),
      "service account 's'",
    ],
  },
  nothing: 'no pod is deployed',
});
