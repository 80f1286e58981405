import { pass } from '../../checks/results.ts';
import { inside, textOf } from '../../zarf/deployed-object.ts';
import { type Company, judgeInCompany, objectsOf } from '../company.ts';
import { notAllRead, objectSubject } from '../deployed-package.ts';
import { amongAll, defineReleaseCheck } from '../lint-check.ts';
import { allPods, boxesAt, isOpen } from '../pods.ts';

export const serviceAccountToken = defineReleaseCheck({
  id: 'security/service-account-token',
  title: 'Only pods whose account may do something get a token for it',
  severity: 'warning',
  help: {
    why: 'A token that is mounted and not used is only of use to an intruder.',
    fix: 'Set automountServiceAccountToken: false for the pod or its service account, or bind the role it needs.',
    source: 'Kubernetes, service accounts; requirement R72 (least privilege)',
  },
  examples: {
    good: `kind: Pod
spec: { automountServiceAccountToken: false, containers: [{ name: ui }] }`,
    bad: `kind: Pod
spec: { containers: [{ name: ui }] } # no role is bound to its account`,
  },
  *evaluate(release) {
    yield* judgeInCompany(
      release,
      function* (company) {
        for (const { object, path, spec } of allPods(company.judged)) {
          const account =
            textOf(spec['serviceAccountName']) || textOf(spec['serviceAccount']) || 'default';
          if (isOpen(account)) continue;
          const subject = objectSubject(object, [...path, 'spec']);
          if (
            isMounted(company, object.namespace, account, spec) &&
            !isBound(company, object.namespace, account)
          )
            yield amongAll(
              // Whoever deploys pods binds the roles of their account, not another package.
              notAllRead(company.judged),
              subject,
              `its pods get a token of service account '${account}', to which no role is bound`,
            );
          else yield pass(subject, 'no token is mounted without use');
        }
      },
      'no pod is deployed',
    );
  },
});

function isMounted(company: Company, namespace: string, account: string, spec: unknown): boolean {
  const own = inside(spec, 'automountServiceAccountToken');
  if (own !== undefined && own !== null) return own === true;
  const found = objectsOf(company, 'ServiceAccount', namespace).find(
    ({ name }) => name === account,
  );
  return inside(found?.value, 'automountServiceAccountToken') !== false;
}

/** Where a group or a name that is not known yet is bound, it may be this account. */
function isBound(company: Company, namespace: string, account: string): boolean {
  return [...objectsOf(company, 'RoleBinding'), ...objectsOf(company, 'ClusterRoleBinding')].some(
    (binding) =>
      boxesAt(binding.value, ['subjects']).some(({ value }) => {
        const name = textOf(value['name']);
        if (isOpen(name)) return true;
        if (value['kind'] === 'Group') return name.startsWith('system:serviceaccounts');
        const of = textOf(value['namespace']) || binding.namespace;
        return value['kind'] === 'ServiceAccount' && name === account && of === namespace;
      }),
  );
}
