import { judgeComponent } from './component-rules.ts';
import type { Component, PackageDefinition } from './definition.ts';
import { matchGoPattern } from './go-pattern.ts';
import type { RuleBreak, RuleReport, RuleStage } from './rule-break.ts';

/**
 * What a schema cannot say: names that must differ, fields that exclude or need each other. Zarf
 * refuses to create a package that breaks one.
 * @see Zarf v0.84, validation at create; shared reference of the Zarf package format, 3.3
 */
export function definitionRules(
  definition: PackageDefinition,
  stage: RuleStage,
): readonly RuleBreak[] {
  const found: RuleBreak[] = [];
  const report: RuleReport = (pointer, message, severity = 'error') => {
    found.push({ pointer, message, severity });
  };
  judgeYolo(definition, report);
  judgePatterns(definition, report);
  refuseSameNames(definition, report);
  for (const [index, component] of definition.components.entries()) {
    judgeComponent(component, `/components/${index}`, stage, report);
    refuseTwin(definition.components, index, report);
  }
  judgeGroups(definition.components, report);
  return found;
}

function judgeYolo({ kind, metadata, components }: PackageDefinition, report: RuleReport): void {
  if (metadata.yolo !== true) return;
  if (kind === 'ZarfInitConfig')
    report('/metadata/yolo', 'an init package cannot be yolo: it prepares the cluster');
  for (const [index, component] of components.entries()) {
    const at = `/components/${index}`;
    for (const [member, given] of [
      ['images', (component.images ?? []).length > 0],
      ['imageArchives', (component.imageArchives ?? []).length > 0],
      ['repos', (component.repos ?? []).length > 0],
      ['only/cluster/architecture', Boolean(component.only?.cluster?.architecture)],
      ['only/cluster/distros', (component.only?.cluster?.distros ?? []).length > 0],
    ] as const) {
      if (given)
        report(
          `${at}/${member}`,
          `a yolo package brings nothing of its own: '${component.name}' has ${member.replaceAll('/', '.')}`,
        );
    }
  }
}

function judgePatterns(
  { constants = [], variables = [] }: PackageDefinition,
  report: RuleReport,
): void {
  const judge = (
    at: string,
    what: string,
    pattern: string | undefined,
    value: string | undefined,
    member: string,
  ) => {
    if (!pattern || value === undefined) return;
    const verdict = matchGoPattern(pattern, value);
    if (verdict === 'invalid')
      report(
        `${at}/pattern`,
        `the pattern of ${what} is no regular expression of Zarf's (RE2)`,
        'error',
      );
    if (verdict === 'undecided')
      report(
        `${at}/pattern`,
        `the pattern of ${what} uses what only RE2 has; the ${member} was not compared with it`,
        'warning',
      );
    // A default is judged when it is used, a constant when the package is made.
    if (verdict === 'differs')
      report(
        `${at}/${member}`,
        `the ${member} of ${what} does not match its pattern ${pattern}`,
        member === 'value' ? 'error' : 'warning',
      );
  };
  for (const [index, { name, pattern, value }] of constants.entries()) {
    judge(`/constants/${index}`, `the constant ${name}`, pattern, value, 'value');
  }
  for (const [index, { name, pattern, default: preset }] of variables.entries()) {
    judge(`/variables/${index}`, `the variable ${name}`, pattern, preset, 'default');
  }
}

function refuseSameNames(
  { constants = [], variables = [] }: PackageDefinition,
  report: RuleReport,
): void {
  for (const [member, entries] of Object.entries({ constants, variables })) {
    const seen = new Set<string>();
    for (const [index, { name }] of entries.entries()) {
      if (seen.has(name))
        report(
          `/${member}/${index}/name`,
          `the name ${name} stands twice in ${member}, and only one counts`,
          'warning',
        );
      seen.add(name);
    }
  }
}

/** Two components of one name are fine as long as no architecture and flavor takes both. */
function refuseTwin(components: readonly Component[], index: number, report: RuleReport): void {
  const own = components[index];
  if (own === undefined) return;
  const twin = components
    .slice(0, index)
    .find((other) => other.name === own.name && meet(own, other));
  if (twin === undefined) return;
  report(
    `/components/${index}/name`,
    `a component called '${own.name}' stands above already, and both are taken for one architecture and flavor`,
  );
}

function meet(a: Component, b: Component): boolean {
  const same = (one = '', other = '') => one === '' || other === '' || one === other;
  return (
    same(a.only?.cluster?.architecture, b.only?.cluster?.architecture) &&
    same(a.only?.flavor, b.only?.flavor)
  );
}

function judgeGroups(components: readonly Component[], report: RuleReport): void {
  const groups = new Map<
    string,
    readonly { readonly component: Component; readonly index: number }[]
  >();
  for (const [index, component] of components.entries()) {
    if (!component.group) continue;
    groups.set(component.group, [...(groups.get(component.group) ?? []), { component, index }]);
  }
  for (const [group, members] of groups) {
    const [only] = members;
    if (members.length < 2 && only !== undefined) {
      report(
        `/components/${only.index}/group`,
        `the group '${group}' has one member, so there is nothing to choose`,
      );
    }
    const preset = members.filter(({ component }) => component.default === true);
    for (const [at, { component, index }] of preset.entries()) {
      if (preset.slice(0, at).some((other) => meet(component, other.component))) {
        report(`/components/${index}/default`, `the group '${group}' has another default already`);
      }
    }
  }
}
