import { judgesReleases, object } from '../../../test/support/a-deployment.ts';
import { roleBindings } from './role-bindings.ts';

const rbac = 'rbac.authorization.k8s.io/v1';
const account = object('v1', 'ServiceAccount', 's');
const role = object(rbac, 'Role', 'r');
const binding = (
  ref: string,
  subject = '{ kind: ServiceAccount, name: s, namespace: ns }',
  kind = 'RoleBinding',
): string => object(rbac, kind, 'b', `roleRef: ${ref}\nsubjects: [${subject}]`);
const own = binding('{ kind: Role, name: r }');

judgesReleases(roleBindings, {
  silent: {
    'a role and an account that are made': own + account + role,
    'a cluster role of Kubernetes': binding('{ kind: ClusterRole, name: view }') + account,
    'a cluster role of the system':
      binding('{ kind: ClusterRole, name: "system:auth-delegator" }') + account,
    'a cluster role that is made':
      binding('{ kind: ClusterRole, name: c }') + account + object(rbac, 'ClusterRole', 'c'),
    'a kind of that name in another group': object(
      'example.com/v1',
      'RoleBinding',
      'b',
      'roleRef: { kind: Role, name: r }',
    ),
    'users and groups': binding('{ kind: Role, name: r }', '{ kind: User, name: u }') + role,
    'an account of somebody else':
      binding(
        '{ kind: Role, name: r }',
        '{ kind: ServiceAccount, name: prometheus, namespace: monitoring }',
      ) + role,
    'a cluster role that is provided': [
      binding('{ kind: ClusterRole, name: c }') + account,
      { target: { clusterRoles: ['c'] } },
    ],
  },
  finds: {
    'a role nobody makes': [
      own + account,
      "error 5: it binds Role 'r', which nothing makes in namespace 'ns'",
    ],
    'an account nobody makes': [
      own + role,
      "error 6: its subject, service account 's', is made by nothing in namespace 'ns'",
    ],
    'an account without a namespace': [
      binding('{ kind: Role, name: r }', '{ kind: ServiceAccount, name: s }') + role + account,
      "its subject, service account 's', has no namespace",
    ],
    'a role bound for the cluster': [
      binding('{ kind: Role, name: r }', '{ kind: User, name: u }', 'ClusterRoleBinding') + role,
      'a ClusterRoleBinding can only bind a ClusterRole',
    ],
  },
  nothing: 'no role is bound',
  absent: own + account,
});
