import { pass } from '../../checks/results.ts';
import { type DeployedObject, inside, textOf } from '../../zarf/deployed-object.ts';
import { type Company, judgeInCompany, missing, objectsOf } from '../company.ts';
import { objectSubject } from '../deployed-package.ts';
import { groupOf } from '../kubernetes-kinds.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { boxesAt, isOpen, type Path, podsOf } from '../pods.ts';
import type { TargetProfile } from '../target-profile.ts';

interface Named {
  readonly kind:
    | 'StorageClass'
    | 'RuntimeClass'
    | 'PriorityClass'
    | 'IngressClass'
    | 'GatewayClass';
  /** Empty: the default is asked for. */
  readonly name: string;
  readonly path: Path;
}

const promised = {
  StorageClass: ['storage', 'storageClasses'],
  RuntimeClass: ['runtime', 'runtimeClasses'],
  PriorityClass: ['priority', 'priorityClasses'],
  IngressClass: ['ingress', 'ingressClasses'],
  GatewayClass: ['gateway', 'gatewayClasses'],
} as const satisfies Record<Named['kind'], readonly [string, keyof TargetProfile]>;

export const classes = defineReleaseCheck({
  id: 'references/classes',
  title:
    'The target has every class of storage, runtime, priority, ingress and gateway that is named',
  severity: 'error',
  help: {
    why: 'A claim of an unknown storage class gets no volume, a pod of an unknown runtime or priority class is refused, and what an unknown ingress or gateway class was to serve is not served.',
    fix: 'Name a class the target profile promises, make it in a package of the bundle, or list it under target in cowa-release.yaml (storageClasses, runtimeClasses …). A class that comes from a variable is judged by its default.',
    source:
      'Kubernetes API: StorageClass, RuntimeClass, PriorityClass, IngressClass, GatewayClass; release model §3.2 and §10',
  },
  examples: {
    good: `# cowa-release.yaml
target: { storageClasses: [fast] }
---
kind: PersistentVolumeClaim
spec: { storageClassName: fast }`,
    bad: `kind: PersistentVolumeClaim
spec: { storageClassName: fast } # nobody says that it is there`,
  },
  *evaluate(release) {
    yield* judgeInCompany(
      release,
      function* (company) {
        for (const object of company.judged.objects)
          for (const named of classesOf(object)) {
            const [noun, member] = promised[named.kind];
            if (isOpen(named.name)) continue;
            if (isThere(company, named))
              yield pass(
                objectSubject(object, named.path),
                `${noun} class '${named.name}' is there`,
              );
            else if (named.name === '')
              yield missing(
                company,
                object,
                named.path,
                `it names no storage class and the target ${company.target.name} has no default`,
              );
            else
              yield missing(
                company,
                object,
                named.path,
                `${noun} class '${named.name}' is made by nothing and not promised by the target ${company.target.name}, which has ${company.target[member].join(', ') || 'none'}`,
              );
          }
      },
      'no class is named',
    );
  },
});

function isThere(company: Company, { kind, name }: Named): boolean {
  if (name === '') return company.target.defaultStorageClass;
  return (
    company.target[promised[kind][1]].includes(name) ||
    objectsOf(company, kind).some((each) => each.name === name)
  );
}

function* classesOf(object: DeployedObject): Generator<Named> {
  for (const { spec, path } of podsOf(object)) {
    yield* named('RuntimeClass', spec, ['runtimeClassName'], [...path, 'spec']);
    yield* named('PriorityClass', spec, ['priorityClassName'], [...path, 'spec']);
    for (const volume of boxesAt(spec, ['volumes']))
      yield* storage(inside(volume.value, 'ephemeral', 'volumeClaimTemplate'), [
        ...path,
        'spec',
        ...volume.path,
        'ephemeral',
        'volumeClaimTemplate',
      ]);
  }
  if (object.kind === 'PersistentVolumeClaim') yield* storage(object.value, []);
  if (object.kind === 'StatefulSet')
    for (const each of boxesAt(object.value, ['spec', 'volumeClaimTemplates']))
      yield* storage(each.value, each.path);
  if (object.kind === 'Ingress') {
    yield* named('IngressClass', object.value, ['spec', 'ingressClassName'], []);
    const annotation = ['metadata', 'annotations', 'kubernetes.io/ingress.class'];
    yield* named('IngressClass', object.value, annotation, []);
  }
  if (object.kind === 'Gateway' && groupOf(object.apiVersion) === 'gateway.networking.k8s.io')
    yield* named('GatewayClass', object.value, ['spec', 'gatewayClassName'], []);
}

/** An empty text asks for a volume that is there already, no class for the default. */
function* storage(claim: unknown, path: Path): Generator<Named> {
  const spec = inside(claim, 'spec');
  if (spec === undefined) return;
  const name = inside(spec, 'storageClassName') ?? undefined;
  const isBound = name === '' || (inside(spec, 'volumeName') ?? '') !== '';
  const at = [...path, 'spec', 'storageClassName'];
  if (!isBound) yield { kind: 'StorageClass', name: textOf(name), path: at };
}

function* named(kind: Named['kind'], value: unknown, at: Path, below: Path): Generator<Named> {
  const name = textOf(inside(value, ...at));
  if (name !== '') yield { kind, name, path: [...below, ...at] };
}
