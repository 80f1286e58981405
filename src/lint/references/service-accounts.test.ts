import { aPod, judgesReleases, object } from '../../../test/support/a-deployment.ts';
import { serviceAccounts } from './service-accounts.ts';

const pod = aPod('{ serviceAccountName: s, containers: [] }');

judgesReleases(serviceAccounts, {
  silent: {
    'an account that is made': pod + object('v1', 'ServiceAccount', 's'),
    'the default': aPod('{ serviceAccountName: default, containers: [] }'),
    'one that is provided': [
      pod,
      { target: { serviceAccounts: [{ name: 's', reason: 'by hand' }] } },
    ],
    'one an operator makes': pod + object('example.com/v1', 'Database', 's'),
    'a name that is settled at deployment': aPod(
      '{ serviceAccountName: "###ZARF_VAR_A###", containers: [] }',
    ),
  },
  finds: {
    'one nobody makes': [
      pod + object('v1', 'ServiceAccount', 't'),
      "error 5: its pods run as service account 's', which nothing makes in namespace 'ns'",
    ],
    'one of another namespace': [
      pod + object('v1', 'ServiceAccount', 's').replace('name: s', 'name: s, namespace: other'),
      "service account 's'",
    ],
  },
  nothing: 'no pod names a service account',
  absent: pod,
});
