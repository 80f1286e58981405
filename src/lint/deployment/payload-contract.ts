import { fail, notApplicable, pass, undecided } from '../../checks/results.ts';
import type { Component, DataInjection } from '../../zarf/definition.ts';
import { inside, textOf } from '../../zarf/deployed-object.ts';
import {
  type DeployedPackage,
  definitionSubject,
  notAllRead,
  objectSubject,
} from '../deployed-package.ts';
import { definePackageCheck, hanging, type LintResult } from '../lint-check.ts';
import { packageSubject } from '../lint-results.ts';
import { allPods, boxesAt, type PlacedContainer, type PlacedPod } from '../pods.ts';

const marker = '###ZARF_DATA_INJECTION_MARKER###';

export const payloadContract = definePackageCheck({
  id: 'deployment/payload-contract',
  title: 'Each payload finds the pod, container, folder and marker it is injected by',
  severity: 'error',
  help: {
    why: 'A payload is copied into a waiting container; when namespace, label, container, path or marker differ, both sides wait until the deployment times out.',
    fix: 'Make dataInjections.target and the pod template agree in all five: namespace, label on the pod template, name of the container, path, marker. Mount an image volume where the backend reads.',
    source: 'Release model §3.2, payload contract; past failure P3; requirement R32',
  },
  examples: {
    good: `dataInjections:
  - { source: .model/, target: { namespace: ai, selector: app=backend, container: data-loader, path: /data/.model } }
# its pod template in namespace ai, labels: { app: backend }
initContainers:
  - name: data-loader
    command: [sh, -c, 'until [ -f /data/.model/###ZARF_DATA_INJECTION_MARKER### ]; do sleep 5; done']
    volumeMounts: [{ name: model, mountPath: /data }]`,
    bad: `dataInjections:
  - { source: .model/, target: { namespace: ai, selector: app=backend, container: data-loader, path: /data/model } }
# its pod template waits for another folder
initContainers:
  - name: data-loader
    command: [sh, -c, 'until [ -f /data/.model/###ZARF_DATA_INJECTION_MARKER### ]; do sleep 5; done']
    volumeMounts: [{ name: model, mountPath: /data }]`,
  },
  *evaluate(facts) {
    let count = 0;
    for (const [index, component] of facts.definition.components.entries())
      for (const [at, injection] of (component.dataInjections ?? []).entries()) {
        count++;
        yield* judge(facts, component, injection, `/components/${index}/dataInjections/${at}`);
      }
    for (const pod of allPods(facts)) {
      for (const result of waiting(facts, pod)) {
        count++;
        if (result !== undefined) yield result;
      }
      for (const result of volumes(pod)) {
        count++;
        if (result !== undefined) yield result;
      }
    }
    if (count === 0) yield notApplicable(packageSubject(facts), 'no payload is carried');
  },
});

function* judge(
  facts: DeployedPackage,
  component: Component,
  { source, target }: DataInjection,
  pointer: string,
): Generator<LintResult> {
  const what = `payload ${source} of component '${component.name}'`;
  const placeholder = [target.namespace, target.selector, target.container, target.path].find(
    (each) => each.includes('###'),
  );
  const because =
    placeholder === undefined
      ? notAllRead(facts)
      : `${placeholder} is settled only when it is deployed`;
  const refuse = (member: string, message: string): LintResult => {
    const subject = definitionSubject(facts, `${pointer}/target/${member}`);
    if (because === undefined) return fail(subject, `${what}: ${message}`);
    const text = `${what}: ${message}; ${because}`;
    return placeholder === undefined ? hanging(subject, text, because) : undecided(subject, text);
  };
  const pods = allPods(facts).filter(({ object }) => object.component === component.name);
  const selected = pods.filter((pod) => matches(pod, target.selector));
  if (selected.length === 0) {
    const labels = pods.flatMap((pod) => pod.labels['app'] ?? []).map((label) => `app=${label}`);
    const there = labels.length === 0 ? '' : `; there is ${[...new Set(labels)].join(', ')}`;
    yield refuse('selector', `no pod template has the labels ${target.selector}${there}`);
    return;
  }
  const near = selected.filter(({ object }) => object.namespace === target.namespace);
  const [pod] = near;
  if (pod === undefined) {
    const places = [...new Set(selected.map(({ object }) => object.namespace))].join(', ');
    yield refuse('namespace', `it goes to namespace ${target.namespace}, its pod is in ${places}`);
    return;
  }
  const container = pod.containers.find(({ name }) => name === target.container);
  if (container === undefined) {
    const names = pod.containers.map(({ name }) => name).join(', ');
    yield refuse('container', `the pod has no container '${target.container}'; it has ${names}`);
    return;
  }
  const path = target.path.replace(/\/+$/, '');
  const volume = volumeAt(container, path);
  if (volume === undefined) {
    yield refuse(
      'path',
      `no volume is mounted at or above ${target.path} in container '${target.container}', so what is injected is lost`,
    );
    return;
  }
  if (!JSON.stringify(container.value).includes(`${path}/${marker}`)) {
    yield refuse('path', `container '${target.container}' does not wait for ${path}/${marker}`);
    return;
  }
  const others = pod.containers.filter((each) => each.role === 'containers' && each !== container);
  const claim = claimOf(pod, volume);
  const shared = (each: PlacedContainer): boolean =>
    mounts(each).some(
      ({ name }) => name === volume || (claim !== '' && claimOf(pod, name) === claim),
    );
  if (others.length > 0 && !others.some(shared)) {
    yield refuse(
      'container',
      `no other container of the pod mounts volume '${volume}', so nobody reads it`,
    );
    return;
  }
  yield pass(
    definitionSubject(facts, pointer),
    `${what} finds its pod, container, folder and marker`,
  );
}

function matches({ labels }: PlacedPod, selector: string): boolean {
  const wanted = selector.split(',').map((each) => each.trim().split(/==?/));
  return wanted.every(([key = '', value = '']) => labels[key] === value);
}

interface Mount {
  readonly name: string;
  readonly path: string;
}

function mounts({ value }: PlacedContainer): readonly Mount[] {
  return boxesAt(value, ['volumeMounts']).map(({ value: mount }) => ({
    name: textOf(mount['name']),
    path: textOf(mount['mountPath']).replace(/\/+$/, ''),
  }));
}

/** Name of the volume whose mount is the nearest at or above a path. */
function volumeAt(container: PlacedContainer, path: string): string | undefined {
  return mounts(container)
    .filter((mount) => path === mount.path || path.startsWith(`${mount.path}/`))
    .toSorted((a, b) => b.path.length - a.path.length)[0]?.name;
}

function claimOf({ spec }: PlacedPod, volume: string): string {
  const found = boxesAt(spec, ['volumes']).find(({ value }) => value['name'] === volume);
  return textOf(inside(found?.value, 'persistentVolumeClaim', 'claimName'));
}

/** The other direction: a container that waits for a marker nobody brings. */
function* waiting(facts: DeployedPackage, pod: PlacedPod): Generator<LintResult | undefined> {
  const injections = facts.definition.components.flatMap(
    ({ dataInjections = [] }) => dataInjections,
  );
  const finds = ({ target }: DataInjection, each: PlacedPod): boolean =>
    (target.selector.includes('###') || matches(each, target.selector)) &&
    each.containers.some(({ name }) => name === target.container);
  // One that finds nothing has been told of: it may be the one that is waited for.
  if (injections.some((each) => !allPods(facts).some((other) => finds(each, other)))) return;
  for (const container of pod.containers) {
    const text = JSON.stringify(container.value);
    const [, folder] = /([^\s"'[\]]*)\/###ZARF_DATA_INJECTION_MARKER###/.exec(text) ?? [];
    if (folder === undefined) continue;
    const met = injections.some(
      (each) => each.target.container === container.name && finds(each, pod),
    );
    yield met
      ? undefined
      : fail(
          objectSubject(pod.object, container.path),
          `${container.says} waits for a payload at ${folder}, and none is injected into it`,
        );
  }
}

/** Payloads that are images: mounted by somebody, or carried for nothing. */
function* volumes({
  object,
  spec,
  containers,
  path,
}: PlacedPod): Generator<LintResult | undefined> {
  for (const volume of boxesAt(spec, ['volumes'])) {
    if (inside(volume.value, 'image') === undefined) continue;
    const name = textOf(volume.value['name']);
    const subject = objectSubject(object, [...path, 'spec', ...volume.path]);
    const by = containers.filter((each) => mounts(each).some((mount) => mount.name === name));
    const runs = by.some(({ role }) => role === 'containers');
    if (textOf(inside(volume.value, 'image', 'reference')) === '')
      yield fail(subject, `image volume '${name}' names no image`);
    else if (!runs)
      yield fail(
        subject,
        `no container of the pod mounts image volume '${name}', so nobody reads it`,
      );
    else yield pass(subject, `image volume '${name}' is mounted`);
  }
}
