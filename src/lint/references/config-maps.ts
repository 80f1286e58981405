import { judgeInCompany } from '../company.ts';
import { judgeKeys } from '../judge-keys.ts';
import { defineReleaseCheck } from '../lint-check.ts';

export const configMaps = defineReleaseCheck({
  id: 'references/config-maps',
  title:
    'Every config map that is used is made with the keys that are used, promised or listed as provided',
  severity: 'error',
  help: {
    why: 'A pod whose config map or key is missing waits until the deployment times out.',
    fix: 'Make the config map in a package of the bundle, or list it with its keys and a reason under target.configMaps of cowa-release.yaml.',
    source: 'Kubernetes API, core/v1 ConfigMap; release model §3.3',
  },
  examples: {
    good: `kind: ConfigMap
metadata: { name: engine }
data: { config.yaml: "…" }
---
kind: Deployment
spec: { template: { spec: { volumes: [{ name: config, configMap: { name: engine } }],
  containers: [{ name: backend }] } } }`,
    bad: `kind: ConfigMap
metadata: { name: engine-config }
data: { config.yaml: "…" }
---
kind: Deployment # another name
spec: { template: { spec: { volumes: [{ name: config, configMap: { name: engine } }],
  containers: [{ name: backend }] } } }`,
  },
  *evaluate(release) {
    yield* judgeInCompany(
      release,
      (company) => judgeKeys(company, 'ConfigMap'),
      'nothing uses a config map',
    );
  },
});
