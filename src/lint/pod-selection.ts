import { type DeployedObject, inside, textOf } from '../zarf/deployed-object.ts';
import type { Company } from './company.ts';
import { isBuiltIn } from './kubernetes-kinds.ts';
import { boxesAt, isOpen, type PlacedPod, podsOf, textMap } from './pods.ts';

/** What a label selector picks; undefined where it cannot be told before deployment. */
export function selectedPods(
  { packages }: Company,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): readonly PlacedPod[] | undefined {
  const wanted = Object.entries(labels);
  if (wanted.some(([key, value]) => isOpen(key + value))) return undefined;
  const pods = packages
    .flatMap(({ objects }) => objects)
    .filter((object) => object.namespace === namespace)
    .flatMap(podsOf);
  const found = pods.filter((pod) => wanted.every(([key, value]) => pod.labels[key] === value));
  if (found.length > 0) return found;
  const open = pods.some((pod) =>
    wanted.every(([key, value]) => {
      const own = automatic(pod, key) ?? pod.labels[key] ?? '';
      return own === value || isOpen(own);
    }),
  );
  return open ? undefined : found;
}

/** Labels a controller adds to its pods. */
function automatic({ object }: PlacedPod, key: string): string | undefined {
  const added = [
    'apps.kubernetes.io/pod-index',
    'batch.kubernetes.io/job-name',
    'controller-uid',
    'job-name',
    'pod-template-hash',
    'statefulset.kubernetes.io/pod-name',
  ];
  return added.includes(key) && isBuiltIn(object) ? '###' : undefined;
}

/** The labels of `matchLabels`; undefined where expressions select too. */
export function plainLabels(selector: unknown): Readonly<Record<string, string>> | undefined {
  const expressions = inside(selector, 'matchExpressions');
  if (Array.isArray(expressions) && expressions.length > 0) return undefined;
  return textMap(inside(selector, 'matchLabels'));
}

/** Kinds that make no pods, though they are no kinds of Kubernetes. */
const makesNoPods =
  /(?:^|\.)(?:uds\.dev|istio\.io|monitoring\.coreos\.com|cert-manager\.io|external-secrets\.io|bitnami\.com|keda\.sh|kyverno\.io|velero\.io)\/|^gateway\.networking\.k8s\.io\/.*Route$/;

/** An object whose operator may make pods, with labels nobody can read here. */
export function podMaker({ packages }: Company, namespace: string): DeployedObject | undefined {
  return packages
    .flatMap(({ objects }) => objects)
    .find(
      (object) =>
        !isBuiltIn(object) &&
        object.namespace === namespace &&
        !makesNoPods.test(`${object.apiVersion}/${object.kind}`),
    );
}

/** `Deployment/api, Job/migrations`. */
export function namesOf(pods: readonly PlacedPod[]): string {
  return [...new Set(pods.map(({ object }) => `${object.kind}/${object.name}`))].join(', ');
}

/** Ports that a pod declares, by name and by number. */
export function portsOf({ containers }: PlacedPod): {
  readonly names: readonly string[];
  readonly numbers: readonly string[];
} {
  const ports = containers
    .flatMap(({ value }) => boxesAt(value, ['ports']))
    .map(({ value }) => value);
  return {
    names: ports.map(({ name }) => textOf(name)).filter((name) => name !== ''),
    numbers: ports.map(({ containerPort }) => textOf(containerPort)),
  };
}
