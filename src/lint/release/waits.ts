import { notApplicable, pass } from '../../checks/results.ts';
import { type DeployedObject, inside, textOf } from '../../zarf/deployed-object.ts';
import { type DeployedPackage, definitionSubject, notAllRead } from '../deployed-package.ts';
import { amongAll, definePackageCheck } from '../lint-check.ts';
import { listed, meant, packageSubject } from '../lint-results.ts';
import { actionsOf } from '../package-variables.ts';

/** Something a deployment waits for. */
interface Wait {
  readonly pointer: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** Kinds that nobody but the package itself makes here, with their short names. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['deployments', 'deploy', 'deployment.apps', 'deployments.apps'],
  StatefulSet: ['statefulsets', 'sts', 'statefulset.apps', 'statefulsets.apps'],
  DaemonSet: ['daemonsets', 'ds', 'daemonset.apps', 'daemonsets.apps'],
  Job: ['jobs', 'job.batch', 'jobs.batch'],
  CronJob: ['cronjobs', 'cj', 'cronjob.batch', 'cronjobs.batch'],
  Service: ['services', 'svc'],
};

export const waits = definePackageCheck({
  id: 'release/waits',
  title: 'Everything a package waits for is something it deploys',
  severity: 'error',
  help: {
    why: 'A wait for an object that never comes ends in a timeout, and the deployment with it.',
    fix: 'Name kind, name and namespace as the chart renders them; names that hold a version have to follow it.',
    source: 'Zarf, actions.wait.cluster and healthChecks; release model §3.4 and §3.5',
  },
  examples: {
    good: `charts: [{ name: api, releaseName: cowabunga, namespace: ai, localPath: chart }]
actions: { onDeploy: { after: [{ wait: { cluster: { kind: Deployment, name: cowabunga-api, namespace: ai } } }] } }`,
    bad: `charts: [{ name: api, releaseName: cowabunga, namespace: ai, localPath: chart }]
actions: { onDeploy: { after: [{ wait: { cluster: { kind: Deployment, name: api, namespace: ai } } }] } }`,
  },
  *evaluate(facts) {
    const all = waitsOf(facts);
    const because = notAllRead(facts);
    let compared = 0;
    let open = 0;
    for (const wait of all) {
      const told = judge(facts, wait);
      const subject = definitionSubject(facts, wait.pointer);
      if (told === 'unknown') open++;
      else if (told === undefined || because === undefined) compared++;
      if (told !== undefined && told !== 'unknown') yield amongAll(because, subject, told);
    }
    const subject = packageSubject(facts);
    const rest = open === 0 ? '' : `; of ${open} more only the deployment tells`;
    if (all.length === 0) yield notApplicable(subject, 'the package waits for nothing');
    else if (open === all.length)
      yield notApplicable(subject, 'what it waits for cannot be told before deployment');
    else if (compared > 0)
      yield pass(subject, `${compared} waits were compared with what is deployed${rest}`);
  },
});

function waitsOf(facts: DeployedPackage): readonly Wait[] {
  const constants = new Map(
    (facts.definition.constants ?? []).map(({ name, value }) => [
      `###ZARF_CONST_${name}###`,
      value,
    ]),
  );
  const filled = (value: unknown): string =>
    textOf(value).replaceAll(/###ZARF_CONST_[A-Z0-9_]+###/g, (all) => constants.get(all) ?? all);
  const wait = (pointer: string, value: unknown): Wait => ({
    pointer,
    kind: filled(inside(value, 'kind')),
    name: filled(inside(value, 'name')),
    namespace: filled(inside(value, 'namespace')),
  });
  return [
    ...actionsOf(facts.definition)
      .filter(({ stage }) => stage === 'onDeploy')
      .flatMap(({ pointer, action }) => {
        const cluster = inside(action, 'wait', 'cluster');
        return cluster === undefined ? [] : [wait(`${pointer}/wait/cluster/name`, cluster)];
      }),
    ...facts.definition.components.flatMap(({ healthChecks = [] }, index) =>
      healthChecks.map((each, at) => wait(`/components/${index}/healthChecks/${at}/name`, each)),
    ),
  ];
}

/** What is wrong with it; undefined where nothing is, `unknown` where only the deployment tells. */
function judge(
  facts: DeployedPackage,
  { kind, name, namespace }: Wait,
): string | 'unknown' | undefined {
  const known = Object.entries(kinds).find(
    ([each, more]) =>
      each.toLowerCase() === kind.toLowerCase() || more.includes(kind.toLowerCase()),
  )?.[0];
  if (known === undefined || `${name}${namespace}`.includes('###')) return 'unknown';
  // A selector, or anything of the kind.
  if (name === '' || name.includes('=')) return 'unknown';
  const same = facts.objects.filter((object) => object.kind === known);
  const named = same.filter((object) => object.name === name);
  if (named.some((object) => namespace === '' || object.namespace === namespace)) return undefined;
  if (outOfSight(facts) || same.some((object) => object.name.includes('###'))) return 'unknown';
  const [other] = named;
  if (other !== undefined)
    return `${known} ${name} is waited for in namespace ${namespace}, and deployed to ${other.namespace}`;
  // Nothing of the kind in a namespace of ours: somebody else's.
  const ours = new Set([
    ...facts.objects.map((object) => object.namespace),
    ...(facts.namespaces ?? []),
  ]);
  if (namespace !== '' && !ours.has(namespace)) return 'unknown';
  const names = same.map((object) => object.name);
  return `no ${known} ${name} is deployed; there is ${listed(names)}${meant(name, names)}`;
}

/** Charts that are fetched, kustomizations, operators and commands make objects that are not seen here. */
function outOfSight({ definition, charts, objects }: DeployedPackage): boolean {
  const local = new Set(charts.map(({ component, name }) => `${component}\n${name}`));
  const made = definition.components.some(
    ({ name, charts: entries = [], manifests = [] }) =>
      entries.some((entry) => !local.has(`${name}\n${entry.name}`)) ||
      manifests.some(
        ({ kustomizations = [], files = [] }) =>
          kustomizations.length > 0 || files.some((file) => file.includes('://')),
      ),
  );
  const commands = actionsOf(definition).some(
    ({ stage, action }) => stage === 'onDeploy' && textOf(action.cmd) !== '',
  );
  return made || commands || objects.some(makesWorkloads);
}

/** An object of an operator that may start workloads of its own. */
function makesWorkloads({ apiVersion, kind }: DeployedObject): boolean {
  const group = apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
  if (!group.includes('.') || quiet.test(group)) return false;
  return !/^(?:ServiceMonitor|PodMonitor|PrometheusRule|Probe)$/.test(kind);
}

const quiet =
  /(?:^|\.)(?:k8s\.io|istio\.io|uds\.dev|cert-manager\.io|kyverno\.io|external-secrets\.io|cilium\.io)$/;
