import { fail, pass } from '../../checks/results.ts';
import { type DeployedObject, inside, textOf } from '../../zarf/deployed-object.ts';
import { type Company, judgeInCompany, missing, objectsOf } from '../company.ts';
import { objectSubject } from '../deployed-package.ts';
import { defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { podMaker } from '../pod-selection.ts';
import { boxesAt, isOpen, type Path, podsOf, textMap } from '../pods.ts';

interface Address {
  readonly service: string;
  readonly namespace: string;
  /** Empty: none is said. */
  readonly port: string;
  readonly path: Path;
}

export const addresses = defineReleaseCheck({
  id: 'references/addresses',
  title: 'Addresses inside the cluster lead to services and ports that are there',
  severity: 'error',
  help: {
    why: 'A program that is told a wrong address starts and fails at its first request.',
    fix: 'Correct name, namespace or port. It reads addresses of the form service.namespace.svc in variables, arguments and config maps, and the backend of a model in a config map with the label cowabungaai; others are not seen.',
    source: 'Kubernetes, DNS for services; release model §3.2 and §3.5; requirement R15',
  },
  examples: {
    good: `kind: Service
metadata: { name: turso, namespace: cowabungaai }
spec: { ports: [{ port: 8080 }] }
---
kind: Pod
spec: { containers: [{ name: api, env: [
  { name: TURSO_URL, value: "http://turso.cowabungaai.svc.cluster.local:8080" }] }] }`,
    bad: `kind: Service
metadata: { name: turso, namespace: cowabungaai }
spec: { ports: [{ port: 8080 }] }
---
kind: Pod
spec: { containers: [{ name: api, env: [
  { name: TURSO_URL, value: "http://turso.cowabungaai.svc.cluster.local:8081" }] }] }`,
  },
  *evaluate(release) {
    yield* judgeInCompany(
      release,
      function* (company) {
        for (const object of company.judged.objects)
          for (const address of addressesOf(object)) yield* judge(company, object, address);
      },
      'no address inside the cluster is named',
    );
  },
});

function* judge(
  company: Company,
  object: DeployedObject,
  { service: name, namespace, port, path }: Address,
): Generator<LintResult> {
  const says = `${name}.${namespace}${port === '' ? '' : `:${port}`}`;
  const subject = objectSubject(object, path);
  const service = objectsOf(company, 'Service', namespace).find((each) => each.name === name);
  if (service === undefined) {
    const ours = company.packages.some(({ objects }) =>
      objects.some((each) => each.namespace === namespace),
    );
    // Of a namespace that is not of the bundle nobody here knows the services.
    if (company.target.namespaces.includes(namespace) || podMaker(company, namespace) !== undefined)
      yield pass(subject, `${says} may be there`);
    else
      yield missing(
        company,
        object,
        path,
        `it is told the address ${says}, and ${ours ? `namespace '${namespace}' has no service '${name}'` : `nothing deploys to namespace '${namespace}'`}`,
      );
    return;
  }
  const ports = boxesAt(service.value, ['spec', 'ports']).map(({ value }) => textOf(value['port']));
  if (port === '' || ports.length === 0 || ports.includes(port) || ports.some(isOpen))
    yield pass(subject, `${says} is there`);
  else
    yield fail(
      subject,
      `it is told the address ${says}, service '${name}' has port ${ports.join(', ')}`,
    );
}

const inCluster =
  /(?<![A-Za-z0-9.-])(?:[a-z0-9-]+\.)?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\.svc(?:\.cluster\.local)?(?![A-Za-z0-9-])(?::([0-9]+))?/g;
const modelBackend = /^\s*backend\s*=\s*["']?([a-z0-9][a-z0-9-]*):([0-9]+)["']?\s*$/gm;

function* addressesOf(object: DeployedObject): Generator<Address> {
  for (const { containers } of podsOf(object))
    for (const { value, path } of containers) {
      for (const env of boxesAt(value, ['env']))
        yield* namesIn(textOf(env.value['value']), [...path, ...env.path, 'value']);
      for (const list of ['command', 'args']) {
        const words = inside(value, list);
        if (!Array.isArray(words)) continue;
        for (const [index, word] of words.entries())
          yield* namesIn(textOf(word), [...path, list, index]);
      }
    }
  if (object.kind !== 'ConfigMap') return;
  const isModel = inside(object.value, 'metadata', 'labels', 'cowabungaai') !== undefined;
  for (const [key, text] of Object.entries(textMap(inside(object.value, 'data')))) {
    yield* namesIn(text, ['data', key]);
    if (!isModel) continue;
    for (const [, service = '', port = ''] of text.matchAll(modelBackend))
      yield { service, namespace: object.namespace, port, path: ['data', key] };
  }
}

/** `pod.service.namespace.svc` names a pod of a service with pods of their own names. */
function* namesIn(text: string, path: Path): Generator<Address> {
  for (const [, service = '', namespace = '', port = ''] of text.matchAll(inCluster))
    yield { service, namespace, port, path };
}
