import { fail, notApplicable, pass } from '../../checks/results.ts';
import { type DeployedObject, inside, textOf } from '../../zarf/deployed-object.ts';
import { type Company, judgeInCompany, missing } from '../company.ts';
import { objectSubject } from '../deployed-package.ts';
import { amongAll, defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { namesOf, podMaker, portsOf, selectedPods } from '../pod-selection.ts';
import { boxesAt, isOpen, type PlacedBox, type PlacedPod, textMap } from '../pods.ts';

export const services = defineReleaseCheck({
  id: 'workloads/services',
  title: 'Every service finds pods, and its ports are ports of theirs',
  severity: 'error',
  help: {
    why: 'A service whose selector or port fits no pod is there and answers nobody; no deployment fails for it.',
    fix: 'Use the labels of the pod template as selector and the name of the container port as targetPort. A number that no selected pod declares is only a warning, since declaring ports is optional.',
    source: 'Kubernetes API, core/v1 Service; release model §3.2',
  },
  examples: {
    good: `kind: Service
spec: { selector: { app: api }, ports: [{ port: 8080, targetPort: http }] }
---
kind: Deployment
spec: { template: { metadata: { labels: { app: api } },
  spec: { containers: [{ name: api, ports: [{ name: http, containerPort: 8080 }] }] } } }`,
    bad: `kind: Service
spec: { selector: { app: api }, ports: [{ port: 8080, targetPort: web }] } # no such port
---
kind: Deployment
spec: { template: { metadata: { labels: { app: api } },
  spec: { containers: [{ name: api, ports: [{ name: http, containerPort: 8080 }] }] } } }`,
  },
  *evaluate(release) {
    yield* judgeInCompany(
      release,
      function* (company) {
        for (const object of company.judged.objects)
          if (object.kind === 'Service' && object.apiVersion === 'v1')
            yield* judge(company, object);
      },
      'no service is deployed',
    );
  },
});

function* judge(company: Company, object: DeployedObject): Generator<LintResult> {
  const selector = textMap(inside(object.value, 'spec', 'selector'));
  const says = Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
  const at = objectSubject(object, ['spec', 'selector']);
  if (says === '' || inside(object.value, 'spec', 'type') === 'ExternalName') {
    yield notApplicable(at, 'it selects no pods');
    return;
  }
  const pods = selectedPods(company, object.namespace, selector);
  const maker = podMaker(company, object.namespace);
  if (pods === undefined) yield notApplicable(at, 'what it selects is settled at deployment');
  else if (pods.length > 0) yield* judgePorts(company, object, pods);
  else if (maker !== undefined)
    yield notApplicable(at, `the operator of ${maker.kind}/${maker.name} may make its pods`);
  else {
    const elsewhere = company.packages
      .flatMap(({ objects }) => [...new Set(objects.map(({ namespace }) => namespace))])
      .find((namespace) => (selectedPods(company, namespace, selector) ?? []).length > 0);
    const where = elsewhere === undefined ? '' : `; pods with them are in namespace '${elsewhere}'`;
    yield missing(
      company,
      object,
      ['spec', 'selector'],
      `no pod in namespace '${object.namespace}' has the labels it selects: ${says}${where}`,
    );
  }
}

function* judgePorts(
  company: Company,
  object: DeployedObject,
  pods: readonly PlacedPod[],
): Generator<LintResult> {
  let sound = true;
  for (const port of boxesAt(object.value, ['spec', 'ports']))
    for (const result of judgePort(company, object, port, pods)) {
      sound = false;
      yield result;
    }
  if (sound) yield pass(objectSubject(object), `it finds ${namesOf(pods)}`);
}

function* judgePort(
  company: Company,
  object: DeployedObject,
  { value, path }: PlacedBox,
  pods: readonly PlacedPod[],
): Generator<LintResult> {
  const key = value['targetPort'] === undefined ? 'port' : 'targetPort';
  const target = value[key];
  const text = textOf(target);
  const subject = objectSubject(object, [...path, key]);
  const declared = pods.map(portsOf);
  if (isOpen(text) || declared.some(({ names, numbers }) => [...names, ...numbers].some(isOpen)))
    return;
  if (typeof target === 'string') {
    if (/^[0-9]+$/.test(text))
      yield fail(subject, `${key} is the text '${text}', which is taken as a name; write ${text}`);
    else if (!declared.some(({ names }) => names.includes(text)))
      yield amongAll(
        company.because,
        subject,
        `${key} '${text}' is no port of ${namesOf(pods)}: ${[...new Set(declared.flatMap(({ names }) => names))].join(', ') || 'none has a name'}`,
      );
    return;
  }
  const lacking = pods.filter((_, index) => declared[index]?.numbers.includes(text) === false);
  const numbers = [...new Set(declared.flatMap((each) => each.numbers))];
  if (lacking.length === pods.length) {
    if (numbers.length === 0) return;
    yield amongAll(
      company.because,
      subject,
      `${key} ${text} is no port of ${namesOf(pods)}: ${numbers.join(', ')}`,
      { severity: 'warning' },
    );
  } else if (lacking.length > 0)
    yield fail(
      subject,
      `it also selects the pods of ${namesOf(lacking)}, which have no port ${text}`,
      { severity: 'warning' },
    );
}
