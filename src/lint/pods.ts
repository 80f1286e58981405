import {
  type Box,
  boxOf,
  type DeployedObject,
  inside,
  isBox,
  textOf,
} from '../zarf/deployed-object.ts';
import type { DeployedPackage } from './deployed-package.ts';

/** Keys from an object down to a member of it. */
export type Path = readonly (string | number)[];

/** A pod template wherever it stands: in a pod, a workload, a job, or an object of an operator. */
export interface PlacedPod {
  readonly object: DeployedObject;
  /** To what holds `metadata` and `spec`. */
  readonly path: Path;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: Box;
  /** Init and ephemeral containers too. */
  readonly containers: readonly PlacedContainer[];
}

export interface PlacedContainer {
  readonly role: 'initContainers' | 'containers' | 'ephemeralContainers';
  readonly name: string;
  /** For messages: `container 'api'`. */
  readonly says: string;
  readonly value: Box;
  readonly path: Path;
}

/** A mapping in a list, with the path of it. */
export interface PlacedBox {
  readonly value: Box;
  readonly path: Path;
}

const known = new WeakMap<DeployedObject, readonly PlacedPod[]>();

/** Every pod template of an object. */
export function podsOf(object: DeployedObject): readonly PlacedPod[] {
  const before = known.get(object);
  if (before !== undefined) return before;
  const found: PlacedPod[] = [];
  visit(object.value, [], found, object);
  known.set(object, found);
  return found;
}

/** Every pod template of a package. */
export function allPods({ objects }: Pick<DeployedPackage, 'objects'>): readonly PlacedPod[] {
  return objects.flatMap(podsOf);
}

function visit(value: unknown, path: Path, found: PlacedPod[], object: DeployedObject): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) visit(item, [...path, index], found, object);
    return;
  }
  if (!isBox(value)) return;
  const spec = value['spec'];
  if (isBox(spec) && Array.isArray(spec['containers'])) {
    found.push(pod(object, value, spec, path));
    return;
  }
  for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key], found, object);
}

function pod(object: DeployedObject, holder: Box, spec: Box, path: Path): PlacedPod {
  const labels = inside(holder, 'metadata', 'labels');
  return {
    object,
    path,
    labels: textMap(labels),
    spec,
    containers: (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((role) =>
      boxesAt(spec, [role]).map(({ value, path: at }) => {
        const name = textOf(value['name']);
        const what = role === 'containers' ? 'container' : role.slice(0, -1);
        return {
          role,
          name,
          says: `${what === 'container' ? what : what.replace('Container', ' container')} '${name}'`,
          value,
          path: [...path, 'spec', ...at],
        };
      }),
    ),
  };
}

/** Mappings of the list at a path below a value, each with its path from there. */
export function boxesAt(value: unknown, path: Path): readonly PlacedBox[] {
  const list = inside(value, ...path);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, index) =>
    isBox(item) ? [{ value: item, path: [...path, index] }] : [],
  );
}

/** Members of a mapping as texts; what is neither text nor number nor true or false is left out. */
export function textMap(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(boxOf(value) ?? {}).flatMap(([key, each]) =>
      ['string', 'number', 'boolean'].includes(typeof each) ? [[key, String(each)]] : [],
    ),
  );
}

/** Whether a text is filled only when the package is deployed. */
export function isOpen(text: string): boolean {
  return text.includes('###');
}
