import { fail, pass } from '../../checks/results.ts';
import { type DeployedObject, inside, textOf } from '../../zarf/deployed-object.ts';
import { type Company, judgeInCompany, missing, objectsOf } from '../company.ts';
import { objectSubject } from '../deployed-package.ts';
import { groupOf } from '../kubernetes-kinds.ts';
import { defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { isPromised } from '../made-keys.ts';
import { boxesAt, isOpen } from '../pods.ts';

export const roleBindings = defineReleaseCheck({
  id: 'references/role-bindings',
  title: 'Every role binding names a role and accounts that exist',
  severity: 'error',
  help: {
    why: 'A binding to a role or an account that is not there is accepted and grants nothing; the program fails when it first needs the right.',
    fix: 'Make the role and the account, or correct their names and the namespace of the account; list what the target has under target.clusterRoles or target.serviceAccounts of cowa-release.yaml.',
    source: 'Kubernetes API, rbac.authorization.k8s.io/v1; release model §3.4',
  },
  examples: {
    good: `kind: RoleBinding
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: api }
subjects: [{ kind: ServiceAccount, name: api, namespace: cowabungaai }]
---
kind: Role
apiVersion: rbac.authorization.k8s.io/v1
metadata: { name: api }
---
kind: ServiceAccount
metadata: { name: api }`,
    bad: `kind: RoleBinding
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader } # the role is called api
subjects: [{ kind: ServiceAccount, name: api, namespace: default }] # the account is elsewhere`,
  },
  *evaluate(release) {
    yield* judgeInCompany(
      release,
      function* (company) {
        for (const object of company.judged.objects) {
          if (groupOf(object.apiVersion) !== 'rbac.authorization.k8s.io') continue;
          if (object.kind !== 'RoleBinding' && object.kind !== 'ClusterRoleBinding') continue;
          const faults = [...role(company, object), ...subjects(company, object)];
          yield* faults;
          if (faults.length === 0) yield pass(objectSubject(object), 'what it binds is there');
        }
      },
      'no role is bound',
    );
  },
});

function* role(company: Company, object: DeployedObject): Generator<LintResult> {
  const kind = textOf(inside(object.value, 'roleRef', 'kind'));
  const name = textOf(inside(object.value, 'roleRef', 'name'));
  if (name === '' || isOpen(name)) return;
  const at = ['roleRef', 'name'];
  if (object.kind === 'ClusterRoleBinding' && kind === 'Role') {
    yield fail(objectSubject(object, at), 'a ClusterRoleBinding can only bind a ClusterRole');
    return;
  }
  const found =
    kind === 'Role'
      ? objectsOf(company, 'Role', object.namespace).some((each) => each.name === name)
      : name.startsWith('system:') ||
        company.target.clusterRoles.includes(name) ||
        objectsOf(company, 'ClusterRole').some((each) => each.name === name);
  if (!found)
    yield missing(
      company,
      object,
      at,
      `it binds ${kind} '${name}', which nothing makes${kind === 'Role' ? ` in namespace '${object.namespace}'` : ''}`,
    );
}

function* subjects(company: Company, object: DeployedObject): Generator<LintResult> {
  for (const { value, path } of boxesAt(object.value, ['subjects'])) {
    if (value['kind'] !== 'ServiceAccount') continue;
    const name = textOf(value['name']);
    const namespace = textOf(value['namespace']);
    if (isOpen(name + namespace)) continue;
    if (namespace === '') {
      yield fail(
        objectSubject(object, path),
        `its subject, service account '${name}', has no namespace`,
      );
      continue;
    }
    const found =
      objectsOf(company, 'ServiceAccount', namespace).some((each) => each.name === name) ||
      company.target.serviceAccounts.some((each) => isPromised(each, namespace, name)) ||
      // Who lives in a namespace of somebody else is not known.
      company.target.namespaces.includes(namespace);
    if (!found)
      yield missing(
        company,
        object,
        [...path, 'name'],
        `its subject, service account '${name}', is made by nothing in namespace '${namespace}'`,
      );
  }
}
