import { fail, pass } from '../../checks/results.ts';
import { type DeployedObject, inside, textOf } from '../../zarf/deployed-object.ts';
import { type Company, judgeInCompany, missing, objectsOf } from '../company.ts';
import { objectSubject } from '../deployed-package.ts';
import { groupOf } from '../kubernetes-kinds.ts';
import { amongAll, defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { podMaker, portsOf, selectedPods } from '../pod-selection.ts';
import { boxesAt, isOpen, type Path, textMap } from '../pods.ts';

/** A service that something sends to. */
interface Backend {
  readonly name: string;
  readonly namespace: string;
  /** To where the name stands. */
  readonly path: Path;
  /** Number or name of a port of the service, and where it stands. */
  readonly port?: { readonly text: string; readonly path: Path };
  /** Of a UDS Package: the port of the pods that traffic is allowed to. */
  readonly allowed?: { readonly text: string; readonly path: Path };
}

export const backends = defineReleaseCheck({
  id: 'references/backends',
  title: 'Whatever sends to a service names one that is there, and a port it has',
  severity: 'error',
  help: {
    why: 'A host, an ingress or a webhook that leads to no service answers with an error only when somebody uses it.',
    fix: 'Name a service of the same namespace and a port it has. Of a UDS Package: where the port of the pods is another than that of the service, say it as targetPort, or the network policy lets nothing through. It looks at UDS Packages, ingresses, HTTP routes, webhooks, API services and the service of a stateful set.',
    source: 'UDS Package, network.expose; Kubernetes API, IngressBackend; release model §3.4',
  },
  examples: {
    good: `kind: Service
metadata: { name: api }
spec: { ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
kind: Package
spec: { network: { expose: [{ service: api, host: api, gateway: tenant, port: 80, targetPort: 8080 }] } }`,
    bad: `kind: Service
metadata: { name: api }
spec: { ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
kind: Package
spec: { network: { expose: [{ service: cowabunga-api, host: api, gateway: tenant, port: 8080 }] } }`,
  },
  *evaluate(release) {
    yield* judgeInCompany(
      release,
      function* (company) {
        for (const object of company.judged.objects)
          for (const backend of backendsOf(object)) yield* judge(company, object, backend);
      },
      'nothing sends to a service',
    );
  },
});

function* judge(
  company: Company,
  object: DeployedObject,
  { name, namespace, path, port, allowed }: Backend,
): Generator<LintResult> {
  if (name === '' || isOpen(name + namespace + (port?.text ?? ''))) return;
  const service = objectsOf(company, 'Service', namespace).find((each) => each.name === name);
  const at = objectSubject(object, path);
  if (service === undefined) {
    const foreign = company.target.namespaces.includes(namespace);
    if (foreign || podMaker(company, namespace) !== undefined)
      yield pass(at, `service '${name}' may be made by somebody else`);
    else
      yield missing(
        company,
        object,
        path,
        `it sends to service '${name}', which nothing makes in namespace '${namespace}'`,
      );
    return;
  }
  const ports = boxesAt(service.value, ['spec', 'ports']).map(({ value }) => value);
  const texts = ports.flatMap((each) => [textOf(each['port']), textOf(each['name'])]);
  const wanted = ports.find(
    (each) => textOf(each['port']) === port?.text || textOf(each['name']) === port?.text,
  );
  if (port !== undefined && wanted === undefined && !texts.some(isOpen)) {
    yield fail(
      objectSubject(object, port.path),
      `it sends to port ${port.text} of service '${name}', which has ${texts.filter((text) => text !== '').join(', ') || 'none'}`,
    );
    return;
  }
  const numbers = wanted === undefined ? [] : podPorts(company, service, wanted);
  if (allowed !== undefined && numbers.length > 0 && !numbers.includes(allowed.text))
    yield amongAll(
      company.because,
      objectSubject(object, allowed.path),
      `traffic is allowed to port ${allowed.text} of the pods, service '${name}' leads to ${numbers.join(', ')}; set targetPort`,
    );
  else yield pass(at, `it sends to service '${name}'`);
}

/** Numbers a port of a service leads to; none where they cannot be told. */
function podPorts(
  company: Company,
  service: DeployedObject,
  port: Readonly<Record<string, unknown>>,
): readonly string[] {
  const target = textOf(port['targetPort'] ?? port['port']);
  if (/^[0-9]+$/.test(target)) return [target];
  const selector = textMap(inside(service.value, 'spec', 'selector'));
  const pods = selectedPods(company, service.namespace, selector) ?? [];
  const found = pods.flatMap((pod) => {
    const { names, numbers } = portsOf(pod);
    return names.length === numbers.length
      ? numbers.filter((_, index) => names[index] === target)
      : [];
  });
  return found.some(isOpen) ? [] : [...new Set(found)];
}

function* backendsOf(object: DeployedObject): Generator<Backend> {
  const { kind, value, namespace } = object;
  const group = groupOf(object.apiVersion);
  if (group === 'uds.dev' && kind === 'Package') {
    for (const each of boxesAt(value, ['spec', 'network', 'expose'])) {
      const port = textOf(each.value['port']);
      const target = each.value['targetPort'] === undefined ? 'port' : 'targetPort';
      yield {
        name: textOf(each.value['service']),
        namespace,
        path: [...each.path, 'service'],
        ...(port === '' ? {} : { port: { text: port, path: [...each.path, 'port'] } }),
        ...(port === ''
          ? {}
          : { allowed: { text: textOf(each.value[target]), path: [...each.path, target] } }),
      };
    }
  } else if (kind === 'Ingress') yield* ofIngress(object);
  else if (kind === 'HTTPRoute' || kind === 'GRPCRoute') {
    for (const rule of boxesAt(value, ['spec', 'rules']))
      for (const each of boxesAt(rule.value, ['backendRefs']))
        if ((textOf(each.value['kind']) || 'Service') === 'Service')
          yield {
            name: textOf(each.value['name']),
            namespace: textOf(each.value['namespace']) || namespace,
            path: [...rule.path, ...each.path, 'name'],
            port: {
              text: textOf(each.value['port']),
              path: [...rule.path, ...each.path, 'port'],
            },
          };
  } else if (kind === 'StatefulSet' && group === 'apps')
    yield {
      name: textOf(inside(value, 'spec', 'serviceName')),
      namespace,
      path: ['spec', 'serviceName'],
    };
  else if (/^(?:Mutating|Validating)WebhookConfiguration$/.test(kind)) {
    for (const each of boxesAt(value, ['webhooks']))
      yield* client(
        each.value,
        [...each.path, 'clientConfig', 'service'],
        ['clientConfig', 'service'],
      );
  } else if (kind === 'APIService') yield* client(value, ['spec', 'service'], ['spec', 'service']);
}

function* client(value: unknown, path: Path, at: Path): Generator<Backend> {
  const service = inside(value, ...at);
  if (service === undefined || service === null) return;
  yield {
    name: textOf(inside(service, 'name')),
    namespace: textOf(inside(service, 'namespace')),
    path: [...path, 'name'],
    port: { text: textOf(inside(service, 'port')) || '443', path: [...path, 'port'] },
  };
}

function* ofIngress({ value, namespace }: DeployedObject): Generator<Backend> {
  const paths = boxesAt(value, ['spec', 'rules']).flatMap((rule) =>
    boxesAt(rule.value, ['http', 'paths']).map(
      (each): Path => [...rule.path, ...each.path, 'backend'],
    ),
  );
  for (const path of [['spec', 'defaultBackend'], ...paths]) {
    const service = inside(value, ...path, 'service');
    if (service === undefined) continue;
    const number = inside(service, 'port', 'number');
    const key = number === undefined ? 'name' : 'number';
    yield {
      name: textOf(inside(service, 'name')),
      namespace,
      path: [...path, 'service', 'name'],
      port: {
        text: textOf(inside(service, 'port', key)),
        path: [...path, 'service', 'port', key],
      },
    };
  }
}
