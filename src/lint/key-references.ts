import { type DeployedObject, inside, textOf } from '../zarf/deployed-object.ts';
import { boxesAt, isOpen, type Path, type PlacedPod, podsOf } from './pods.ts';

/** Something an object needs of a secret or a config map. */
export interface KeyReference {
  readonly object: DeployedObject;
  readonly name: string;
  /** Undefined: all of it. */
  readonly key: string | undefined;
  /** To where it is named. */
  readonly path: Path;
  /** Who needs it: `container 'api' reads`. */
  readonly says: string;
}

/** How the two kinds are written where they are used. */
const words = {
  Secret: { key: 'secretKeyRef', all: 'secretRef', volume: 'secret', volumeName: 'secretName' },
  ConfigMap: {
    key: 'configMapKeyRef',
    all: 'configMapRef',
    volume: 'configMap',
    volumeName: 'name',
  },
} as const;

/** Secrets or config maps an object needs; optional ones and names that are settled at deployment are left out. */
export function keyReferences(
  object: DeployedObject,
  kind: keyof typeof words,
): readonly KeyReference[] {
  const found = podsOf(object).flatMap((pod) => [
    ...ofContainers(pod, kind),
    ...ofVolumes(pod, kind),
    ...(kind === 'Secret' ? pullSecrets(pod) : []),
  ]);
  const more = kind === 'Secret' ? [...ofIngress(object), ...ofServiceAccount(object)] : [];
  return [...found, ...more].filter(({ name, key = '' }) => name !== '' && !isOpen(name + key));
}

function* ofContainers(
  { object, containers }: PlacedPod,
  kind: keyof typeof words,
): Generator<KeyReference> {
  const word = words[kind];
  for (const { value, path, says } of containers) {
    for (const env of boxesAt(value, ['env'])) {
      const reference = inside(env.value, 'valueFrom', word.key);
      if (reference === undefined || inside(reference, 'optional') === true) continue;
      yield {
        object,
        name: textOf(inside(reference, 'name')),
        key: textOf(inside(reference, 'key')),
        path: [...path, ...env.path, 'valueFrom', word.key],
        says: `variable ${textOf(env.value['name'])} of ${says} is read from`,
      };
    }
    for (const env of boxesAt(value, ['envFrom'])) {
      const reference = env.value[word.all];
      if (reference === undefined || inside(reference, 'optional') === true) continue;
      yield {
        object,
        name: textOf(inside(reference, 'name')),
        key: undefined,
        path: [...path, ...env.path, word.all],
        says: `variables of ${says} are read from`,
      };
    }
  }
}

function* ofVolumes(
  { object, path, spec }: PlacedPod,
  kind: keyof typeof words,
): Generator<KeyReference> {
  const { volume: member, volumeName } = words[kind];
  for (const volume of boxesAt(spec, ['volumes'])) {
    const says = `volume '${textOf(volume.value['name'])}' holds`;
    const at = [...path, 'spec', ...volume.path];
    yield* ofSource(object, volume.value[member], volumeName, [...at, member], says);
    for (const source of boxesAt(volume.value, ['projected', 'sources']))
      yield* ofSource(object, source.value[member], 'name', [...at, ...source.path, member], says);
    if (kind === 'ConfigMap') continue;
    const csi = inside(volume.value, 'csi', 'nodePublishSecretRef', 'name');
    if (csi !== undefined)
      yield {
        object,
        name: textOf(csi),
        key: undefined,
        path: [...at, 'csi', 'nodePublishSecretRef'],
        says: `volume '${textOf(volume.value['name'])}' is mounted with`,
      };
  }
}

function* ofSource(
  object: DeployedObject,
  source: unknown,
  nameKey: string,
  path: Path,
  says: string,
): Generator<KeyReference> {
  if (source === undefined || inside(source, 'optional') === true) return;
  const name = textOf(inside(source, nameKey));
  const items = boxesAt(source, ['items']);
  if (items.length === 0) yield { object, name, key: undefined, path: [...path, nameKey], says };
  for (const item of items)
    yield {
      object,
      name,
      key: textOf(item.value['key']),
      path: [...path, ...item.path, 'key'],
      says,
    };
}

function pullSecrets({ object, path, spec }: PlacedPod): readonly KeyReference[] {
  return boxesAt(spec, ['imagePullSecrets']).map((each) => ({
    object,
    name: textOf(each.value['name']),
    key: undefined,
    path: [...path, 'spec', ...each.path, 'name'],
    says: 'images are pulled with',
  }));
}

function ofServiceAccount(object: DeployedObject): readonly KeyReference[] {
  if (object.kind !== 'ServiceAccount') return [];
  return boxesAt(object.value, ['imagePullSecrets']).map((each) => ({
    object,
    name: textOf(each.value['name']),
    key: undefined,
    path: [...each.path, 'name'],
    says: 'images are pulled with',
  }));
}

/** What a certificate manager is told to make by an annotation is made. */
function ofIngress(object: DeployedObject): readonly KeyReference[] {
  if (object.kind !== 'Ingress') return [];
  const annotations = Object.keys(inside(object.value, 'metadata', 'annotations') ?? {});
  if (annotations.some((name) => name.startsWith('cert-manager.io/'))) return [];
  return boxesAt(object.value, ['spec', 'tls']).map((each) => ({
    object,
    name: textOf(each.value['secretName']),
    key: undefined,
    path: [...each.path, 'secretName'],
    says: 'it is served with',
  }));
}
