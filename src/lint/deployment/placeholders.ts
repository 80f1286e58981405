import { fail, notApplicable, pass } from '../../checks/results.ts';
import { type DeployedPackage, definitionAt } from '../deployed-package.ts';
import { definePackageCheck } from '../lint-check.ts';

/** Filled by Zarf itself, wherever they stand. */
const builtIn = new Set([
  ...[
    'DATA_INJECTION_MARKER',
    'STORAGE_CLASS',
    'REGISTRY',
    'NODEPORT',
    'REGISTRY_AUTH_PUSH',
    'REGISTRY_AUTH_PULL',
  ],
  ...[
    'GIT_PUSH',
    'GIT_AUTH_PUSH',
    'GIT_PULL',
    'GIT_AUTH_PULL',
    'HTPASSWD',
    'REGISTRY_SECRET',
    'SEED_REGISTRY',
  ],
  ...['NAMESPACE', 'DOMAIN'],
]);

export const placeholders = definePackageCheck({
  id: 'deployment/placeholders',
  title: 'Every placeholder is declared, and every variable and constant is used',
  severity: 'error',
  help: {
    why: 'A placeholder that nothing fills is deployed as it stands; a variable nobody uses is a setting that does nothing.',
    fix: 'Declare it under variables or constants with the same name, or take it out.',
    source: 'Zarf, variables and constants; past failure P9',
  },
  *evaluate(facts) {
    const { variables = [], constants = [] } = facts.definition;
    const declared = new Map<string, string>([
      ...variables.map(({ name }) => [`VAR_${name}`, `variable ${name}`] as const),
      ...constants.map(({ name }) => [`CONST_${name}`, `constant ${name}`] as const),
      ...setByActions(facts).map((name) => [`VAR_${name}`, ''] as const),
    ]);
    const used = usedPlaceholders(facts);
    for (const [name, path] of used) {
      if (declared.has(name) || builtIn.has(name)) continue;
      yield fail({ kind: 'file', name: path }, `###ZARF_${name}### is declared nowhere`);
    }
    for (const [name, what] of declared) {
      if (what === '' || used.has(name) || usedOtherwise(facts, name)) continue;
      yield fail(
        definitionAt(facts, name.replace(/^(?:VAR|CONST)_/, '')),
        `the ${what} is used nowhere`,
        {
          severity: 'warning',
        },
      );
    }
    const subject = { kind: 'package' as const, name: facts.label };
    if (declared.size === 0 && used.size === 0)
      yield notApplicable(subject, 'there are no placeholders');
    else yield pass(subject, `${declared.size} declared and ${used.size} used names were compared`);
  },
});

/** Name and the first file it stands in, sorted by name. */
function usedPlaceholders({ texts }: DeployedPackage): ReadonlyMap<string, string> {
  const used = new Map<string, string>();
  for (const [path, text] of texts)
    for (const [, name = ''] of text.matchAll(/###ZARF_([A-Z0-9_]+)###/g))
      if (!name.startsWith('PKG_TMPL_') && !used.has(name)) used.set(name, path);
  return new Map([...used].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Actions and templates may take a variable from the environment, or by name. */
function usedOtherwise({ texts, definition }: DeployedPackage, name: string): boolean {
  const plain = name.replace(/^(?:VAR|CONST)_/, '');
  const charts = definition.components.flatMap(({ charts }) => charts ?? []);
  if (charts.some(({ variables }) => variables?.some((each) => each.name === plain))) return true;
  return [...texts.values()].some(
    (text) => text.includes(`ZARF_${name}`) || text.includes(`.Variables.${plain}`),
  );
}

function setByActions({ definition }: DeployedPackage): readonly string[] {
  const text = JSON.stringify(definition.components.map(({ actions }) => actions ?? {}));
  return [...text.matchAll(/"setVariables":\[(.*?)\]/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/"name":"([A-Z0-9_]+)"/g)].map(([, name = '']) => name),
  );
}
