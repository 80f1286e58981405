import { judgeInCompany } from '../company.ts';
import { judgeKeys } from '../judge-keys.ts';
import { defineReleaseCheck } from '../lint-check.ts';

export const secrets = defineReleaseCheck({
  id: 'references/secrets',
  title:
    'Every secret that is used is made with the keys that are used, promised or listed as provided',
  severity: 'error',
  help: {
    why: 'A pod whose secret or key is missing waits until the deployment times out.',
    fix: 'Make the secret in a package of the bundle, or list it with its keys and a reason under target.secrets of cowa-release.yaml. It looks at variables, volumes, pull secrets and ingresses; makers are objects, clients of single sign-on, operators and jobs that are told the name, and Zarf.',
    source: 'Kubernetes API, core/v1 Secret; release model §3.5; past failure P12',
  },
  examples: {
    good: `kind: Secret
metadata: { name: turso-auth }
stringData: { token: "…" }
---
kind: Deployment # of another package of the bundle, in the same namespace
spec: { template: { spec: { containers: [{ name: api, env: [
  { name: TOKEN, valueFrom: { secretKeyRef: { name: turso-auth, key: token } } }] }] } } }`,
    bad: `kind: Secret
metadata: { name: turso-auth }
stringData: { password: "…" }
---
kind: Deployment # asks for a key the secret does not have
spec: { template: { spec: { containers: [{ name: api, env: [
  { name: TOKEN, valueFrom: { secretKeyRef: { name: turso-auth, key: token } } }] }] } } }`,
  },
  *evaluate(release) {
    yield* judgeInCompany(
      release,
      (company) => judgeKeys(company, 'Secret'),
      'nothing uses a secret',
    );
  },
});
