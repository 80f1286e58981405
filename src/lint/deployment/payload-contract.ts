import type { Result } from '../../checks/check.ts';
import { fail, notApplicable, pass, undecided } from '../../checks/results.ts';
import type { Component, DataInjection } from '../../zarf/definition.ts';
import {
  boxesOf,
  containersOf,
  type DeployedContainer,
  type PodTemplate,
  podTemplates,
  textOf,
} from '../../zarf/deployed-object.ts';
import { type DeployedPackage, definitionAt, notAllRead } from '../deployed-package.ts';
import { definePackageCheck, hanging } from '../lint-check.ts';

const marker = '###ZARF_DATA_INJECTION_MARKER###';

export const payloadContract = definePackageCheck({
  id: 'deployment/payload-contract',
  title: 'Each payload finds the pod, container, folder and marker it is injected by',
  severity: 'error',
  help: {
    why: 'A payload is copied into a waiting container; when namespace, label, container, path or marker differ, both sides wait until the deployment times out.',
    fix: 'Make dataInjections.target and the pod template agree in all five: namespace, label on the pod template, name of the container, path, marker.',
    source: 'Release model §3.2, payload contract; past failure P3',
  },
  *evaluate(facts) {
    let count = 0;
    for (const component of facts.definition.components) {
      for (const injection of component.dataInjections ?? []) {
        count++;
        yield* judge(facts, component, injection);
      }
    }
    if (count === 0)
      yield notApplicable({ kind: 'package', name: facts.label }, 'no payload is injected');
  },
});

function* judge(
  facts: DeployedPackage,
  component: Component,
  { source, target }: DataInjection,
): Generator<Result> {
  const subject = definitionAt(facts, target.selector);
  const what = `payload ${source} of component '${component.name}'`;
  const placeholder = [target.namespace, target.selector, target.container, target.path].find(
    (each) => each.includes('###'),
  );
  const because =
    placeholder === undefined
      ? notAllRead(facts)
      : `${placeholder} is settled only when it is deployed`;
  const refuse = (message: string): Result =>
    because === undefined
      ? fail(subject, `${what}: ${message}`)
      : placeholder === undefined
        ? hanging(subject, `${what}: ${message}; ${because}`, because)
        : undecided(subject, `${what}: ${message}; ${because}`);
  const pods = facts.objects
    .filter((object) => object.component === component.name)
    .flatMap(podTemplates);
  const selected = pods.filter((pod) => matches(pod, target.selector));
  if (selected.length === 0) {
    yield refuse(`no pod template has the labels ${target.selector}`);
    return;
  }
  const near = selected.filter(({ object }) => object.namespace === target.namespace);
  const [pod] = near;
  if (pod === undefined) {
    const places = [...new Set(selected.map(({ object }) => object.namespace))].join(', ');
    yield refuse(`it goes to namespace ${target.namespace}, its pod is in ${places}`);
    return;
  }
  const container = containersOf(pod).find(({ name }) => name === target.container);
  if (container === undefined) {
    const names = containersOf(pod)
      .map(({ name }) => name)
      .join(', ');
    yield refuse(`the pod has no container '${target.container}'; it has ${names}`);
    return;
  }
  const path = target.path.replace(/\/+$/, '');
  if (!mounts(container).some((mount) => path === mount || path.startsWith(`${mount}/`))) {
    yield refuse(
      `no volume is mounted at or above ${target.path} in container '${target.container}', so what is injected is lost`,
    );
    return;
  }
  if (!JSON.stringify(container.value).includes(`${path}/${marker}`)) {
    yield refuse(`container '${target.container}' does not wait for ${path}/${marker}`);
    return;
  }
  yield pass(subject, `${what} finds its pod, container, folder and marker`);
}

function matches({ labels }: PodTemplate, selector: string): boolean {
  const wanted = selector.split(',').map((each) => each.trim().split(/==?/));
  return wanted.every(([key = '', value = '']) => labels[key] === value);
}

function mounts({ value }: DeployedContainer): readonly string[] {
  return boxesOf(value['volumeMounts']).map((mount) =>
    textOf(mount['mountPath']).replace(/\/+$/, ''),
  );
}
