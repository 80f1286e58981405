import { describe, expect, it } from 'vitest';
import { aDeployedPackage, aDeployedRelease } from '../../test/support/a-deployment.ts';
import type { TargetConfig } from '../config/release-definition.ts';
import { parseYaml } from '../support/yaml-document.ts';
import { inside, isBox } from '../zarf/deployed-object.ts';
import { packageChecks, releaseChecks } from './catalog.gen.ts';
import type { DeployedPackage } from './deployed-package.ts';

/** Areas whose examples are objects of Kubernetes, with the target where it matters. */
const areas = /^(?:references|security|target|workloads)\//;
const apiVersions: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  Job: 'batch/v1',
  RoleBinding: 'rbac.authorization.k8s.io/v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  Package: 'uds.dev/v1alpha1',
};

/** Objects as in the example, with what it leaves out for brevity. */
function packageOf(example: string): DeployedPackage {
  const { documents, problems } = parseYaml(Buffer.from(example));
  expect(problems).toEqual([]);
  let target: TargetConfig = {};
  const objects = documents.flatMap(({ value }, index) => {
    if (!isBox(value)) return [];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an example of ours
    if (isBox(value['target'])) target = value['target'] as TargetConfig;
    const kind = value['kind'];
    if (typeof kind !== 'string') return [];
    const metadata = { name: `example-${index}`, ...Object(value['metadata']) };
    return [{ apiVersion: apiVersions[kind] ?? 'v1', ...value, metadata }];
  });
  return aDeployedPackage(objects.map((each) => `---\n${JSON.stringify(each)}\n`).join(''), {
    namespace: 'cowabungaai',
    target,
  });
}

describe('examples of checks', () => {
  const judges = [
    ...packageChecks.map((check) => ({
      check,
      judge: (facts: DeployedPackage) => [...check.evaluate(facts)],
    })),
    ...releaseChecks.map((check) => ({
      check,
      judge: (facts: DeployedPackage) => [...check.evaluate(aDeployedRelease(facts))],
    })),
  ].filter(({ check }) => areas.test(check.id));

  it.each(judges.map(({ check, judge }) => [check.id, check, judge] as const))(
    'are true of %s',
    (_, { examples = { good: '', bad: '' } }, judge) => {
      const failed = (example: string) =>
        judge(packageOf(example)).filter(({ outcome }) => outcome === 'fail');
      expect(failed(examples.good)).toEqual([]);
      expect(failed(examples.bad).length).toBeGreaterThan(0);
      expect(inside(examples, 'good')).not.toBe('');
    },
  );
});
