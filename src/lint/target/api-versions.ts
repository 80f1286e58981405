import { fail, notApplicable, pass } from '../../checks/results.ts';
import { chooseTarget } from '../choose-target.ts';
import { objectSubject } from '../deployed-package.ts';
import { servedKind } from '../kubernetes-kinds.ts';
import { definePackageCheck } from '../lint-check.ts';

export const apiVersions = definePackageCheck({
  id: 'target/api-versions',
  title:
    'Kubernetes serves every version of its own kinds that is used, in the version the target has',
  severity: 'error',
  help: {
    why: 'A version that was removed, is not there yet, or stays off unless switched on is refused like an unknown kind.',
    fix: 'Use the version that is named. Another version of Kubernetes is said by target.kubernetes in cowa-release.yaml.',
    source: 'Kubernetes, deprecated API migration guide; past failure P8',
  },
  examples: {
    good: `apiVersion: policy/v1
kind: PodDisruptionBudget`,
    bad: `apiVersion: policy/v1beta1 # removed in 1.25
kind: PodDisruptionBudget`,
  },
  *evaluate(facts) {
    const { kubernetes } = facts.target ?? chooseTarget();
    let count = 0;
    for (const object of facts.objects) {
      const { apiVersion, kind } = object;
      if (apiVersion === '' || kind === '') continue;
      const served = servedKind(apiVersion, kind, kubernetes);
      if (served === undefined) continue;
      count++;
      if (served.served) yield pass(objectSubject(object), `${kind} of ${apiVersion} is served`);
      else
        yield fail(
          objectSubject(object, ['apiVersion']),
          `Kubernetes ${kubernetes} does not serve ${kind} of ${apiVersion}: ${served.because}`,
        );
    }
    if (count === 0)
      yield notApplicable(
        { kind: 'package', name: facts.label },
        'no kind of Kubernetes itself is deployed',
      );
  },
});
