import type { Component, PackageDefinition } from '../../zarf/definition.ts';
import type { Result } from '../check.ts';
import { defineCheck } from '../check.ts';
import type { PackageFacts } from '../facts.ts';
import { eachDefinition, fail, pass, theFile } from '../results.ts';

/** What a definition says twice it says alike. */
export const consistency = defineCheck({
  id: 'names/consistency',
  title: 'Name, architecture and flavor are the same wherever the definition tells them',
  area: 'names',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'One program goes by one place and the next by another, so a package that differs in itself is deployed as something nobody meant.',
    fix: 'Create the package again from one definition, architecture and flavor.',
    source: 'Zarf package format, 3.1 and 3.2',
  },
  evaluate: (facts) =>
    eachDefinition(facts, function* (each, definition) {
      const faults = [...contradictions(definition)];
      for (const [pointer, message, severity] of faults)
        yield fail(theFile(each, 'zarf.yaml', place(each, pointer)), message, {
          code: 'DEFINITION_CONTRADICTS',
          ...(severity === undefined ? {} : { severity }),
        });
      if (!faults.some(([, , severity]) => severity === undefined))
        yield agreeing(each, definition);
    }),
});

type Fault = readonly [pointer: string, message: string, severity?: 'warning'];

function* contradictions({ metadata, build, components }: PackageDefinition): Generator<Fault> {
  if (metadata.name === '') yield ['/metadata/name', 'the package has no name'];
  if (build?.architecture === undefined || build.architecture === '')
    yield ['/build', 'the definition does not say for which architecture it was built', 'warning'];
  else if (metadata.architecture !== undefined && metadata.architecture !== build.architecture) {
    yield [
      '/metadata/architecture',
      `metadata says ${shown(metadata.architecture)}, build says ${shown(build.architecture)}`,
    ];
  }
  const seen = new Set<string>();
  for (const [index, component] of components.entries()) {
    const at = `/components/${index}`;
    // Two of one name would share one tar.
    if (seen.has(component.name))
      yield [`${at}/name`, `a second component is named ${shown(component.name)}`];
    seen.add(component.name);
    yield* misplaced(component, at, build);
  }
}

/** Components that creating with this architecture and flavor would have left out. */
function* misplaced(
  { name, only }: Component,
  at: string,
  build: PackageDefinition['build'],
): Generator<Fault> {
  const architecture = only?.cluster?.architecture ?? '';
  if (
    architecture !== '' &&
    build?.architecture !== undefined &&
    architecture !== build.architecture
  ) {
    yield [
      `${at}/only`,
      `the component ${shown(name)} is for ${shown(architecture)}, the package for ${shown(build.architecture)}`,
    ];
  }
  const flavor = only?.flavor ?? '';
  if (flavor !== '' && flavor !== (build?.flavor ?? ''))
    yield [
      `${at}/only`,
      `the component ${shown(name)} is of the flavor ${shown(flavor)}, the package of ${build?.flavor === undefined ? 'none' : shown(build.flavor)}`,
    ];
}

function agreeing(each: PackageFacts, { metadata, build }: PackageDefinition): Result {
  const parts = [metadata.name, metadata.version, build?.architecture, build?.flavor].filter(
    (part) => part !== undefined && part !== '',
  );
  return pass(theFile(each, 'zarf.yaml'), `the definition says one thing: ${parts.join(', ')}`);
}

function place(
  { definition }: PackageFacts,
  pointer: string,
): { readonly line: number; readonly column: number } {
  return definition?.locate(pointer) ?? { line: 1, column: 1 };
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
