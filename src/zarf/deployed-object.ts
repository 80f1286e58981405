import { parseYaml } from '../support/yaml-document.ts';

/** An object that a package puts into a cluster. */
export interface DeployedObject {
  readonly component: string;
  /** `chart <name>: templates/x.yaml`, or the path of a manifest. */
  readonly source: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Its own, else that of the chart or manifest it comes from. */
  readonly namespace: string;
  readonly value: Box;
}

/** A mapping of YAML. */
export type Box = Readonly<Record<string, unknown>>;

/** A pod template wherever it stands: in a workload, a job, or an object of an operator. */
export interface PodTemplate {
  readonly object: DeployedObject;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Box;
}

/** One container of a pod template. */
export interface DeployedContainer {
  readonly pod: PodTemplate;
  readonly role: 'containers' | 'initContainers' | 'ephemeralContainers';
  readonly name: string;
  readonly image: string | undefined;
  readonly value: Box;
}

/** Objects of a rendered file, lists taken apart; undefined when the text is no YAML. */
export function readObjects(
  text: string,
  origin: { readonly component: string; readonly source: string; readonly namespace: string },
): readonly DeployedObject[] | undefined {
  const { documents, problems } = parseYaml(Buffer.from(text));
  if (problems.some(({ severity }) => severity === 'error')) return undefined;
  return documents
    .flatMap(({ value }) => objectsIn(value))
    .map((value) => {
      const metadata = boxOf(value['metadata']) ?? {};
      return {
        component: origin.component,
        source: origin.source,
        apiVersion: textOf(value['apiVersion']),
        kind: textOf(value['kind']),
        name: textOf(metadata['name']),
        namespace: textOf(metadata['namespace']) || origin.namespace,
        value,
      };
    });
}

function objectsIn(value: unknown): readonly Box[] {
  const box = boxOf(value);
  if (box === undefined) return [];
  const items = box['items'];
  return textOf(box['kind']).endsWith('List') && Array.isArray(items)
    ? items.flatMap(objectsIn)
    : [box];
}

/** Every pod template of an object: a pod itself, or whatever holds `containers` below a `spec`. */
export function podTemplates(object: DeployedObject): readonly PodTemplate[] {
  const found: PodTemplate[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    const box = boxOf(value);
    if (box === undefined) return;
    const spec = boxOf(box['spec']);
    if (spec !== undefined && Array.isArray(spec['containers'])) {
      found.push({ object, labels: labelsOf(box), spec });
      return;
    }
    for (const inner of Object.values(box)) visit(inner);
  };
  visit(object.value);
  return found;
}

function labelsOf(holder: Box): Readonly<Record<string, string>> {
  const labels = boxOf(boxOf(holder['metadata'])?.['labels']) ?? {};
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]));
}

/** Containers of a pod template, the init and ephemeral ones too. */
export function containersOf(pod: PodTemplate): readonly DeployedContainer[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((role) =>
    boxesOf(pod.spec[role]).map((value) => ({
      pod,
      role,
      name: textOf(value['name']),
      image: typeof value['image'] === 'string' ? value['image'] : undefined,
      value,
    })),
  );
}

/** Image volumes of a pod template: payloads that are carried as OCI artifacts. */
export function imageVolumes({ spec }: PodTemplate): readonly string[] {
  return boxesOf(spec['volumes']).flatMap((volume) => {
    const reference = boxOf(volume['image'])?.['reference'];
    return typeof reference === 'string' ? [reference] : [];
  });
}

function boxOf(value: unknown): Box | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

export function boxesOf(value: unknown): readonly Box[] {
  return Array.isArray(value) ? value.map(boxOf).filter((box) => box !== undefined) : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
