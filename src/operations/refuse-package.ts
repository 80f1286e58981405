import { posix } from 'node:path';
import { componentInputs } from '../zarf/component-inputs.ts';
import type { Component, PackageDefinition } from '../zarf/definition.ts';
import { definitionRules } from '../zarf/definition-rules.ts';
import { PackError, PackUsageError } from '../zarf/pack-error.ts';
import type { DefinitionFlaw, LoadContext, LoadedDefinition } from './load-definition.ts';
import type { OnCreateAction, Payload, ResolvedPackage } from './resolved-package.ts';

/** @throws PackUsageError PACK_UNSUPPORTED for packages that prepare a cluster */
export function refuseInit(loaded: LoadedDefinition): void {
  if (loaded.definition.kind !== 'ZarfInitConfig') return;
  throw new PackUsageError(
    'PACK_UNSUPPORTED',
    `${loaded.place('/kind')} init packages are not built here`,
    {
      suggestions: ['Build the init package with zarf, and name its archive in the bundle'],
    },
  );
}

/** @throws PackError PACK_DEFINITION_INVALID for two components of one name */
export function refuseTwins(components: readonly Component[], loaded: LoadedDefinition): void {
  const names = components.map(({ name }) => name);
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined) {
    throw new PackError(
      'PACK_DEFINITION_INVALID',
      `${loaded.place('/components')} two components called '${twin}' remain for this architecture and flavor`,
      {
        suggestions: [
          'Give them different only.flavor or only.cluster.architecture, or different names',
        ],
      },
    );
  }
}

/** @throws PackUsageError PACK_ACTIONS_REFUSED for commands nobody allowed and no payload stands for */
export function refuseActions(
  name: string,
  actions: readonly OnCreateAction[],
  allowed: boolean,
): void {
  const open = actions.filter(({ replacedBy }) => replacedBy === undefined);
  if (open.length === 0 || allowed) return;
  const shown = open
    .map(({ component, stage, command }) => `${component}, ${stage}: ${command}`)
    .join('\n');
  throw new PackUsageError(
    'PACK_ACTIONS_REFUSED',
    `package '${name}' would run commands on this machine while it is built:\n${shown}`,
    {
      suggestions: [
        'Read them, then run the same command again with --run-actions',
        'Or name what they fetch under payloads in cowa-release.yaml: then they are not run',
      ],
    },
  );
}

/**
 * Payloads that nothing asks for.
 * @param tell is told of one instead, where the package is only looked at
 * @throws PackUsageError PACK_PAYLOAD_UNUSED
 */
export function refuseUnusedPayloads(
  components: readonly Component[],
  payloads: readonly Payload[],
  tell: LoadContext['tell'],
  loaded: LoadedDefinition,
): void {
  const used = new Set(
    components
      .flatMap((component) => componentInputs(component))
      .map(({ path }) => posix.join(path, '.')),
  );
  const unused = payloads.find(({ source }) => !used.has(posix.join(source, '.')));
  const message = `no component of ${loaded.file} names '${unused?.source}', for which there is a payload`;
  if (unused !== undefined && tell !== undefined) {
    const place = loaded.at('/components');
    tell({ kind: 'payload-unused', component: '', field: '', message, place });
  } else if (unused !== undefined) {
    throw new PackUsageError('PACK_PAYLOAD_UNUSED', message, {
      suggestions: [
        'Write payloads[].source as the definition writes the source of its dataInjections or files',
      ],
    });
  }
}

/**
 * Imports are merged by now: what they made of charts and manifests is judged as a whole.
 * @param tell is told of what is broken instead, where the package is only looked at
 * @throws PackError PACK_DEFINITION_INVALID
 */
export function judgeRules(
  definition: PackageDefinition,
  at: ResolvedPackage['at'],
  tell: LoadContext['tell'],
  flaws: readonly DefinitionFlaw[],
): void {
  const broken = definitionRules(definition, 'resolved').filter(
    ({ severity }) => severity === 'error',
  );
  if (tell !== undefined) {
    for (const { pointer, message } of broken) {
      const [, index = ''] = /^\/components\/([0-9]+)/.exec(pointer) ?? [];
      const component = definition.components[Number(index)];
      // Of what it takes from elsewhere nobody knows what is missing.
      const name = component?.name ?? '';
      const nowhere = flaws.some(
        (flaw) => flaw.component === name && flaw.field === '/import/path',
      );
      if (component?.import !== undefined || nowhere) continue;
      tell({ kind: 'rule', component: name, field: '', message, place: at(pointer) });
    }
  } else if (broken.length > 0) {
    const told = broken.map(({ pointer, message }) => {
      const { file, line, column } = at(pointer);
      return `${file}:${line}:${column} ${pointer} ${message}`;
    });
    throw new PackError(
      'PACK_DEFINITION_INVALID',
      `once its imports are merged, the package breaks rules:\n${told.join('\n')}`,
      { suggestions: ['Mend the definition or what it imports, at the places named above'] },
    );
  }
}
