import type { Subject } from '../../checks/check.ts';
import { fail, notApplicable, pass } from '../../checks/results.ts';
import { boxesWithin, type DeployedObject, inside, textOf } from '../../zarf/deployed-object.ts';
import { objectSubject, placeSubject } from '../deployed-package.ts';
import type { BundledPackage, DeployedBundle } from '../deployed-release.ts';
import { keyReferences } from '../key-references.ts';
import { groupOf } from '../kubernetes-kinds.ts';
import { defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';
import { allPods, boxesAt } from '../pods.ts';

export const order = defineReleaseCheck({
  id: 'release/order',
  title: 'Every package of a bundle comes behind those it needs',
  severity: 'error',
  help: {
    why: 'A bundle deploys one package after the other and waits for each: what comes later cannot help, and the wait ends in a timeout.',
    fix: 'List the package that makes it first: database, then API, then backends and interface.',
    source:
      'Release model §2 and §4, order; UDS bundle format §1.1, imports and exports; past failure P12',
  },
  examples: {
    good: `packages:
  - { name: turso, ref: 1.0.0 } # makes the Secret turso-auth
  - { name: api, ref: 1.0.0 } # reads it`,
    bad: `packages:
  - { name: api, ref: 1.0.0 } # waits for the Secret turso-auth
  - { name: turso, ref: 1.0.0 }`,
  },
  *evaluate(facts) {
    for (const bundle of facts.bundles) {
      yield* imports(bundle);
      for (const [index, each] of bundle.packages.entries()) yield* needs(bundle, each, index);
    }
    if (facts.bundles.length === 0) yield notApplicable(wholeSubject(facts), 'there is no bundle');
    else
      yield pass(wholeSubject(facts), `the order of ${facts.bundles.length} bundles was looked at`);
  },
});

function* imports({ packages, at }: DeployedBundle): Generator<LintResult> {
  const exported = new Map<string, ReadonlySet<string>>();
  for (const { entry, pointer } of packages) {
    for (const [index, { name, package: from }] of (entry.imports ?? []).entries()) {
      if (exported.get(from)?.has(name) === true) continue;
      const later = packages.some(({ entry: other }) => other.name === from);
      yield fail(
        placeSubject(at(`${pointer}/imports/${index}`)),
        exported.has(from)
          ? `package '${from}' does not export ${name}, which package '${entry.name}' imports`
          : `package '${entry.name}' imports ${name} from '${from}', which ${later ? 'comes later' : 'is not in the bundle'}`,
      );
    }
    exported.set(entry.name, new Set((entry.exports ?? []).map(({ name }) => name)));
  }
}

/** Something another package makes. */
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

function* needs(
  { packages }: DeployedBundle,
  { entry, package: found }: BundledPackage,
  index: number,
): Generator<LintResult> {
  if (found === undefined) return;
  const before = packages.slice(0, index + 1).flatMap((each) => each.package?.objects ?? []);
  const behind = packages
    .slice(index + 1)
    .flatMap(({ entry: other, package: later }) =>
      (later?.objects ?? []).map((object) => ({ by: other.name, object })),
    );
  const told = new Set<string>();
  for (const need of found.objects.flatMap((object) => [...needsOf(object)])) {
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
      `${need.says} ${key}, which package '${maker.by}' makes, and that comes behind '${entry.name}'`,
    );
  }
  yield* services(entry.name, found.objects, before, behind);
  yield* definitions(entry.name, found.objects, before, behind);
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

type Behind = readonly { readonly by: string; readonly object: DeployedObject }[];

/** Addresses of services behind, in the environment and arguments of pods: most start, and wait. */
function* services(
  name: string,
  objects: readonly DeployedObject[],
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
          `${says} talks to Service/${service.name}, which package '${by}' makes, and that comes behind '${name}'`,
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
  name: string,
  objects: readonly DeployedObject[],
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
      `the kind ${object.kind} is defined by package '${by}', and that comes behind '${name}'`,
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
