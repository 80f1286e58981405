import { printable } from '../../support/printable.ts';
import type { RequiredVariable } from '../requirements.ts';

/** What is written in the place of a value that somebody has to give. */
export const valueToFill = 'FILL-IN';

/**
 * A `uds-config.yaml` with every variable that has no default, by package. Each has to be filled in: a text that
 * stands for a value would be deployed as one, so that they are commented out.
 * @see shared reference of the UDS bundle format, 1.3
 */
export function renderUdsConfig(
  variables: readonly RequiredVariable[],
  bundle: string | undefined,
): string {
  const head = [
    `# Values for ${bundle === undefined ? 'the packages of this release' : comment(bundle)}: every variable without a default.`,
    '# Take away the # in front of each line, and put the value in the place of FILL-IN.',
    '# Sensitive values: rather give them as UDS_<NAME> in the environment of the deploying program.',
  ];
  if (variables.length === 0)
    return `${[head[0], '# There are none: every variable has a default. This file may stay as it is.', 'variables: {}'].join('\n')}\n`;
  const packages = new Map<string, RequiredVariable[]>();
  for (const each of variables)
    packages.set(each.package, [...(packages.get(each.package) ?? []), each]);
  const blocks = [...packages]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, own]) => [
      `#  ${quoted(name)}:`,
      ...unique(own).flatMap(({ name: variable, description, sensitive }) => [
        ...(description === undefined ? [] : [`#    # ${comment(description)}`]),
        ...(sensitive ? ['#    # sensitive'] : []),
        `#    ${quoted(variable)}: ${valueToFill}`,
      ]),
    ]);
  return `${[...head, '#variables:', ...blocks].join('\n')}\n`;
}

/** A package and its bundle may both declare one. */
function unique(variables: readonly RequiredVariable[]): readonly RequiredVariable[] {
  const seen = new Map<string, RequiredVariable>();
  for (const each of variables) {
    const before = seen.get(each.name);
    seen.set(each.name, {
      ...each,
      ...(before?.description === undefined ? {} : { description: before.description }),
      sensitive: each.sensitive || before?.sensitive === true,
    });
  }
  return [...seen.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A plain key where YAML reads it as the text it is, else in quotes. */
function quoted(name: string): string {
  const reserved = /^(?:y|n|yes|no|on|off|true|false|null|~)$/i.test(name);
  return /^[A-Za-z][A-Za-z0-9_-]*$/.test(name) && !reserved
    ? name
    : JSON.stringify(printable(name));
}

/** One line, whatever the sender wrote. */
function comment(text: string): string {
  return printable(text).replaceAll(/\s+/g, ' ').slice(0, 400);
}
