import { fail, notApplicable, pass } from '../../checks/results.ts';
import { type DeployedObject, inside, textOf } from '../../zarf/deployed-object.ts';
import { type DeployedPackage, objectSubject } from '../deployed-package.ts';
import { definePackageCheck } from '../lint-check.ts';
import { isOpen, podsOf } from '../pods.ts';

export const jobNames = definePackageCheck({
  id: 'workloads/job-names',
  title: 'A job can be deployed again: its name changes with the version, or it is a hook',
  severity: 'warning',
  help: {
    why: 'The pod template of a job cannot be changed. A job of the same name with another image stops the upgrade, or never runs again.',
    fix: 'Put the version into the name, make it a hook with a delete policy, or let ttlSecondsAfterFinished remove it.',
    source: 'Kubernetes API, batch/v1 Job, spec.template; release model §3.4',
  },
  examples: {
    good: `kind: Job
metadata: { name: api-migrations-0.14.0 }
spec: { template: { spec: { containers: [{ name: migrations, image: "ghcr.io/awdemos/cowabungaai/api-migrations:0.14.0" }] } } }
---
kind: Job
metadata: { name: seed, annotations: { helm.sh/hook: post-install, helm.sh/hook-delete-policy: before-hook-creation } }`,
    bad: `kind: Job
metadata: { name: api-migrations }
spec: { template: { spec: { containers: [{ name: migrations, image: "ghcr.io/awdemos/cowabungaai/api-migrations:0.14.0" }] } } }`,
  },
  *evaluate(facts) {
    const jobs = facts.objects.filter(({ kind }) => kind === 'Job');
    for (const job of jobs) {
      const subject = objectSubject(job, ['metadata', 'name']);
      if (isRepeatable(facts, job)) yield pass(subject, `${job.name} can be deployed again`);
      else
        yield fail(
          subject,
          `job '${job.name}' has the same name in the next version, is no hook and is never removed`,
        );
    }
    if (jobs.length === 0)
      yield notApplicable({ kind: 'package', name: facts.label }, 'no job is deployed');
  },
});

function isRepeatable({ definition, charts }: DeployedPackage, job: DeployedObject): boolean {
  const { value, name } = job;
  if (name === '' || isOpen(name)) return true;
  if (inside(value, 'metadata', 'annotations', 'helm.sh/hook') !== undefined) return true;
  if (inside(value, 'spec', 'ttlSecondsAfterFinished') !== undefined) return true;
  // Made anew from a chart's release, a random or a counted word.
  if (/[0-9a-f]{8,}$|-r?[0-9]+$/.test(name)) return true;
  const tags = podsOf(job).flatMap(({ containers }) =>
    containers.map((each) => /:([^:/@]+)(?:@|$)/.exec(textOf(each.value['image']))?.[1] ?? ''),
  );
  const versions = [
    definition.metadata.version ?? '',
    ...charts.map(({ chartFile }) => textOf(inside(chartFile?.value, 'version'))),
    ...charts.map(({ chartFile }) => textOf(inside(chartFile?.value, 'appVersion'))),
    ...tags,
  ];
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return versions.some((version) => version !== '' && plain(name).includes(plain(version)));
}
