import {
  type Box,
  boxesOf,
  boxesWithin,
  boxOf,
  type DeployedObject,
  inside,
  textOf,
} from './deployed-object.ts';

/** Stands where an object has no name. */
const unnamed = '###';

/** What the objects of one manifest ask of a cluster. */
export interface WorkloadNeeds {
  readonly volumes: readonly NeededVolume[];
  readonly gpus: readonly NeededGpu[];
  readonly secrets: readonly NeededSecret[];
  /** Names of secrets that are made here, or by an operator for an object here. */
  readonly madeSecrets: readonly string[];
}

export interface NeededVolume {
  readonly name: string;
  readonly request: string | undefined;
  readonly storageClass: string | undefined;
  /** Pods that get one each. */
  readonly count: number;
}

export interface NeededGpu {
  readonly name: string;
  readonly resource: string;
  readonly limit: number | undefined;
  /** Undefined: one on every node. */
  readonly pods: number | undefined;
}

export interface NeededSecret {
  readonly name: string;
  readonly key: string | undefined;
  readonly optional: boolean;
}

/**
 * Reads rendered Kubernetes objects for claims, GPUs and secrets, wherever a pod template stands in them.
 * @see Kubernetes API, core/v1 PersistentVolumeClaim, Container, Secret
 */
export function workloadNeeds(objects: readonly DeployedObject[]): WorkloadNeeds {
  const volumes: NeededVolume[] = [];
  const gpus: NeededGpu[] = [];
  const secrets: NeededSecret[] = [];
  const madeSecrets: string[] = [];
  for (const { value: object, kind, name: given } of objects) {
    const name = given || unnamed;
    if (kind === 'PersistentVolumeClaim') volumes.push(claim(object, name, 1));
    if (kind === 'Secret') madeSecrets.push(name);
    if (kind === 'Package') madeSecrets.push(...clientSecrets(object));
    const pods = podsOf(object, kind);
    for (const each of boxesOf(inside(object, 'spec', 'volumeClaimTemplates')))
      volumes.push(claim(each, `${name}/${nameOf(each)}`, pods ?? 1));
    for (const box of boxesWithin(object)) {
      const limits = boxOf(inside(box, 'resources', 'limits')) ?? {};
      for (const [resource, amount] of Object.entries(limits)) {
        if (!/(?:^|[./])gpu(?:$|[./-])|^nvidia\.com\//.test(resource)) continue;
        const limit = quantity(amount);
        if (limit !== 0) gpus.push({ name, resource, limit, pods });
      }
      secrets.push(...secretsIn(box));
    }
  }
  return { volumes, gpus, secrets, madeSecrets };
}

/** Bytes or pieces of a quantity; undefined when it is none. @see Kubernetes API, resource.Quantity */
export function quantity(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined;
  const [, number, unit = ''] =
    /^([0-9]+(?:\.[0-9]+)?)([kMGTPE]i?|Ki|m)?$/.exec(textOf(value)) ?? [];
  if (number === undefined) return undefined;
  if (unit === 'm') return Number(number) / 1000;
  const power =
    unit === '' ? 0 : 'kMGTPE'.indexOf(unit.charAt(0) === 'K' ? 'k' : unit.charAt(0)) + 1;
  return Math.ceil(Number(number) * (unit.endsWith('i') ? 1024 : 1000) ** power);
}

function claim(object: Box, name: string, count: number): NeededVolume {
  const storageClass = inside(object, 'spec', 'storageClassName');
  return {
    name,
    request: textOf(inside(object, 'spec', 'resources', 'requests', 'storage')) || undefined,
    storageClass: storageClass === undefined ? undefined : textOf(storageClass),
    count,
  };
}

/** Pods that an object starts at a time; undefined for one on every node. */
function podsOf(object: Box, kind: string): number | undefined {
  if (kind === 'DaemonSet') return undefined;
  return quantity(inside(object, 'spec', 'replicas') ?? inside(object, 'spec', 'parallelism')) ?? 1;
}

/** An operator answers a single sign-on client of a UDS Package with a secret. */
function clientSecrets(object: Box): readonly string[] {
  return boxesOf(inside(object, 'spec', 'sso')).map(
    (client) =>
      textOf(client['secretName']) || `sso-client-${textOf(client['clientId']) || unnamed}`,
  );
}

function secretsIn(box: Box): readonly NeededSecret[] {
  const found: NeededSecret[] = [];
  const add = (reference: unknown, nameKey: string): void => {
    const each = boxOf(reference);
    const name = textOf(each?.[nameKey]);
    if (each !== undefined && name !== '')
      found.push({
        name,
        key: textOf(each['key']) || undefined,
        optional: each['optional'] === true,
      });
  };
  add(box['secretKeyRef'], 'name');
  add(box['secretRef'], 'name');
  // As a volume, or as one source of a projected volume.
  if (boxOf(box['secret']) !== undefined)
    add(box['secret'], boxOf(box['secret'])?.['secretName'] === undefined ? 'name' : 'secretName');
  for (const each of boxesOf(box['imagePullSecrets'])) add(each, 'name');
  for (const each of boxesOf(box['tls'])) add(each, 'secretName');
  return found;
}

function nameOf(object: Box): string {
  return textOf(inside(object, 'metadata', 'name')) || unnamed;
}
