import type { Subject } from '../checks/check.ts';
import { fail } from '../checks/results.ts';
import { boxesWithin, type DeployedObject, inside, textOf } from '../zarf/deployed-object.ts';
import { objectSubject } from './deployed-package.ts';
import { keyReferences } from './key-references.ts';
import { groupOf, isClusterWide } from './kubernetes-kinds.ts';
import { amongAll, type LintResult } from './lint-check.ts';
import { allPods, boxesAt } from './pods.ts';

/** What is deployed at once, before what follows. */
export interface DeployedStep {
  readonly name: string;
  readonly objects: readonly DeployedObject[];
  /** Those that are made for it, whoever else makes them. */
  readonly namespaces: readonly string[];
  /** Whether it is waited for before the next one. */
  readonly waits: boolean;
  /** Why it may deploy more than its objects; undefined where all of it was read. */
  readonly because?: string | undefined;
}

/**
 * What needs something that a later step makes.
 * @param what steps are called: package, component
 */
export function* tooLate(what: string, steps: readonly DeployedStep[]): Generator<LintResult> {
  for (const [index, step] of steps.entries()) {
    const before = steps.slice(0, index + 1);
    const behind = steps
      .slice(index + 1)
      .flatMap(({ name, objects }) =>
        objects.map((object) => ({ by: `${what} '${name}'`, object })),
      );
    const known = before.flatMap(({ objects }) => objects);
    // What was not read of them may be what seems to come too late.
    const because = before.find((each) => each.because !== undefined)?.because;
    if (step.waits) {
      yield* amongThose(because, needs(step, known, behind));
      yield* amongThose(because, services(step, known, behind));
    }
    yield* amongThose(because, definitions(step, known, behind));
    yield* amongThose(because, namespaces(step, before, behind));
  }
}

function* amongThose(
  because: string | undefined,
  faults: Iterable<LintResult>,
): Generator<LintResult> {
  for (const { subject, message, severity } of faults)
    yield amongAll(because, subject, message, severity === undefined ? {} : { severity });
}

/** Something another step makes. */
interface Need {
  readonly subject: Subject;
  readonly object: DeployedObject;
  readonly kind: string;
  readonly name: string;
  /** Who needs it, for messages. */
  readonly says: string;
  /** Without it the deployment does not end. */
  readonly waits: boolean;
}

type Behind = readonly { readonly by: string; readonly object: DeployedObject }[];

function* needs(
  { name: own, objects }: DeployedStep,
  before: readonly DeployedObject[],
  behind: Behind,
): Generator<LintResult> {
  const told = new Set<string>();
  for (const need of objects.flatMap((object) => [...needsOf(object)])) {
    const fits = (object: DeployedObject): boolean =>
      object.kind === need.kind &&
      object.name === need.name &&
      object.namespace === need.object.namespace;
    const maker = behind.find(({ object }) => fits(object));
    if (maker === undefined || before.some(fits)) continue;
    const key = `${need.kind}/${need.name}`;
    if (told.has(key)) continue;
    told.add(key);
    yield fail(
      need.subject,
      `${need.says} ${key}, which ${maker.by} makes, and that comes behind '${own}'`,
    );
  }
}

function* needsOf(object: DeployedObject): Generator<Need> {
  for (const kind of ['Secret', 'ConfigMap'] as const)
    for (const { name, path, says } of keyReferences(object, kind))
      yield { subject: objectSubject(object, path), object, kind, name, says, waits: true };
  for (const { path, spec } of allPods({ objects: [object] })) {
    const at = [...path, 'spec', 'serviceAccountName'];
    const account = textOf(spec['serviceAccountName']);
    if (account !== '')
      yield {
        subject: objectSubject(object, at),
        object,
        kind: 'ServiceAccount',
        name: account,
        says: 'the pod runs as',
        waits: true,
      };
    for (const volume of boxesAt(spec, ['volumes'])) {
      const claim = textOf(inside(volume.value, 'persistentVolumeClaim', 'claimName'));
      if (claim === '') continue;
      yield {
        subject: objectSubject(object, [...path, 'spec', ...volume.path]),
        object,
        kind: 'PersistentVolumeClaim',
        name: claim,
        says: 'the pod mounts',
        waits: true,
      };
    }
  }
}

/** Addresses of services behind, in the environment and arguments of pods: most start, and wait. */
function* services(
  { name, objects }: DeployedStep,
  before: readonly DeployedObject[],
  behind: Behind,
): Generator<LintResult> {
  const known = new Set(before.filter(({ kind }) => kind === 'Service').map(address));
  const told = new Set<string>();
  for (const { by, object: service } of behind) {
    if (service.kind !== 'Service' || known.has(address(service))) continue;
    const ports = boxesAt(service.value, ['spec', 'ports']).map(({ value }) =>
      textOf(value['port']),
    );
    for (const { object, containers } of allPods({ objects }))
      for (const { value, path, says } of containers) {
        const text = JSON.stringify([
          value['env'] ?? [],
          value['command'] ?? [],
          value['args'] ?? [],
        ]);
        const calls = hosts(service, object.namespace).some((host) =>
          ports.some((port) => mentions(text, host, port)),
        );
        const key = `${service.name}\n${object.kind}/${object.name}`;
        if (!calls || told.has(key)) continue;
        told.add(key);
        yield fail(
          objectSubject(object, path),
          `${says} talks to Service/${service.name}, which ${by} makes, and that comes behind '${name}'`,
          { severity: 'warning' },
        );
      }
  }
}

function address({ name, namespace }: DeployedObject): string {
  return `${name}.${namespace}`;
}

function hosts({ name, namespace }: DeployedObject, from: string): readonly string[] {
  const long = [`${name}.${namespace}`, `${name}.${namespace}.svc`];
  return [...(from === namespace ? [name] : []), ...long, `${long[1]}.cluster.local`];
}

function mentions(text: string, host: string, port: string): boolean {
  for (let at = text.indexOf(host); at >= 0; at = text.indexOf(host, at + 1)) {
    if (/[A-Za-z0-9.-]/.test(text[at - 1] ?? ' ')) continue;
    const rest = text.slice(at + host.length);
    if (rest.startsWith(`:${port}`) && !/^[0-9]/.test(rest.slice(port.length + 1))) return true;
    if (host.includes('.svc') && /^[^A-Za-z0-9.:-]/.test(rest)) return true;
  }
  return false;
}

/** Objects of a kind that is only defined by a package behind. */
function* definitions(
  { name, objects }: DeployedStep,
  before: readonly DeployedObject[],
  behind: Behind,
): Generator<LintResult> {
  const known = new Set(before.flatMap(definedKind));
  const later = new Map(
    behind.flatMap(({ by, object }) => definedKind(object).map((kind) => [kind, by] as const)),
  );
  for (const object of objects) {
    const kind = `${groupOf(object.apiVersion)}/${object.kind}`;
    const by = later.get(kind);
    if (by === undefined || known.has(kind)) continue;
    known.add(kind);
    yield fail(
      objectSubject(object),
      `the kind ${object.kind} is defined by ${by}, and that comes behind '${name}'`,
    );
  }
}

function definedKind({ kind, value }: DeployedObject): readonly string[] {
  if (kind !== 'CustomResourceDefinition') return [];
  for (const box of boxesWithin(value['spec'])) {
    const defined = textOf(inside(box, 'names', 'kind'));
    if (defined !== '') return [`${textOf(box['group'])}/${defined}`];
  }
  return [];
}

/** Objects in a namespace that only a later step makes: the cluster refuses them. */
function* namespaces(
  { name, objects }: DeployedStep,
  before: readonly DeployedStep[],
  behind: Behind,
): Generator<LintResult> {
  const made = new Set(
    before.flatMap((each) => [
      ...each.namespaces,
      ...each.objects.filter(({ kind }) => kind === 'Namespace').map((object) => object.name),
    ]),
  );
  for (const object of objects) {
    if (isClusterWide(object) || made.has(object.namespace)) continue;
    const maker = behind.find(
      ({ object: each }) => each.kind === 'Namespace' && each.name === object.namespace,
    );
    if (maker === undefined) continue;
    made.add(object.namespace);
    yield fail(
      objectSubject(object, ['metadata', 'namespace']),
      `the namespace ${object.namespace} is made by ${maker.by}, and that comes behind '${name}'`,
    );
  }
}
