import { judgesPackages, object } from '../../../test/support/a-deployment.ts';
import { jobNames } from './job-names.ts';

const job = (
  name: string,
  rest = 'template: { spec: { containers: [{ name: a, image: "ghcr.io/a/b:0.9.0@sha256:00" }] } }',
): string => object('batch/v1', 'Job', name, `spec: { ${rest} }`);

judgesPackages(jobNames, {
  silent: {
    'the version of the package': job('migrations-1.2.3'),
    'the version in other signs': job('migrations-1-2-3'),
    'the tag of an image': job('migrations-0.9.0'),
    'a digest of its content': job('migrations-3f9a01bc'),
    'the number of the release': job('migrations-r12'),
    'a hook': job('migrations').replace(
      '{ name: migrations }',
      '{ name: migrations, annotations: { helm.sh/hook: post-install } }',
    ),
    'a job that is removed': job('migrations', 'ttlSecondsAfterFinished: 60'),
    'a name that is settled at deployment': job('"a-###ZARF_VAR_A###"'),
    'a cron job': object('batch/v1', 'CronJob', 'clean', 'spec: {}'),
  },
  finds: {
    'a fixed name': [
      job('migrations'),
      "warning 4: job 'migrations' has the same name in the next version",
    ],
    'a version of something else': [job('migrations-v2'), "warning 4: job 'migrations-v2'"],
  },
  nothing: 'no job is deployed',
});
