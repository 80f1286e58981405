import type { Component } from '../../zarf/definition.ts';
import { defineCheck } from '../check.ts';
import {
  eachDefinition,
  fail,
  notApplicable,
  pass,
  theFile,
  thePackage,
  thingOf,
  undecided,
} from '../results.ts';

/** Every component that brings something has its tar, and every tar its component. */
export const tarsPresent = defineCheck({
  id: 'components/tars-present',
  title: 'Every component that brings files has its tar',
  area: 'definition',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'An absent tar is noticed when the component is deployed, on the side where there is no network to fetch it from.',
    fix: 'Create the package again.',
    source: 'Zarf package format, 2.4',
  },
  evaluate: (facts) =>
    eachDefinition(facts, function* (each, definition, because) {
      const bringing = definition.components.filter(bringsFiles);
      let there = 0;
      let leftOut = 0;
      for (const [index, component] of definition.components.entries()) {
        if (!bringsFiles(component)) continue;
        const path = `components/${component.name}.tar`;
        const file = each.files.get(path);
        const place = each.definition?.locate(`/components/${index}`);
        const subject = thingOf(each, { kind: 'component', name: component.name, ...place });
        if (file?.digest !== undefined) there++;
        else if (because !== undefined)
          yield undecided(subject, `${path} was not seen: ${because}`);
        else if (
          each.leftOut?.has(path) === true ||
          (each.manifest !== undefined && file?.declared !== undefined)
        )
          leftOut++;
        else
          yield fail(subject, `the component brings files, ${path} is missing`, {
            code: 'COMPONENT_TAR_MISSING',
            restsOn: theFile(each, path).name,
          });
      }
      const names = new Set(
        definition.components.map((component) => `components/${component.name}.tar`),
      );
      for (const [path, file] of each.files) {
        if (path.startsWith('components/') && file.digest !== undefined && !names.has(path))
          yield fail(theFile(each, path), `${path} belongs to no component of the definition`, {
            code: 'COMPONENT_UNKNOWN',
            severity: 'warning',
          });
      }
      if (bringing.length === 0) yield notApplicable(thePackage(each), 'no component brings files');
      else if (there + leftOut === bringing.length)
        yield pass(
          thePackage(each),
          `${there} component tars are there${leftOut === 0 ? '' : `, ${leftOut} were left out of the bundle`}`,
        );
    }),
});

/** Whether creating the package puts anything into a tar for it; images and actions do not. */
function bringsFiles({
  charts = [],
  manifests = [],
  files = [],
  dataInjections = [],
  repos = [],
}: Component): boolean {
  return charts.length + manifests.length + files.length + dataInjections.length + repos.length > 0;
}
