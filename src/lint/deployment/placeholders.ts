import { fail, notApplicable, pass } from '../../checks/results.ts';
import { type DeployedPackage, placeSubject } from '../deployed-package.ts';
import { definePackageCheck, type LintResult } from '../lint-check.ts';
import { meant, packageSubject } from '../lint-results.ts';
import { variableNames } from '../package-variables.ts';
import { placeholdersIn } from '../placeholder-document.ts';

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
  ...['NAMESPACE', 'DOMAIN', 'TEMP'],
]);

/** Components that prepare a cluster: Zarf fills more for them, by their names. */
const preparing = /^(?:zarf-(?:agent|injector|registry|seed-registry)|git-server)$/;
const ofPreparing = /^(?:AGENT|INJECTOR|REGISTRY|SEED_REGISTRY|GIT)_[A-Z0-9_]+$|^IPV6_ONLY$/;

export const placeholders = definePackageCheck({
  id: 'deployment/placeholders',
  title: 'Every placeholder is declared, and none is left over',
  severity: 'error',
  help: {
    why: 'A placeholder that nothing fills is deployed as it stands.',
    fix: 'Declare it under variables or constants with the same name, or take it out. A create-time template is filled in zarf.yaml alone: make a constant of it.',
    source: 'Zarf, variables and constants; Zarf package format §3.5; past failure P9',
  },
  examples: {
    good: `variables: [{ name: SIZE, default: 15Gi }]
# values.yaml
size: "###ZARF_VAR_SIZE###"`,
    bad: `variables: [{ name: SIZE, default: 15Gi }]
# values.yaml
size: "###ZARF_VAR_SIZES###"
version: "###ZARF_PKG_TMPL_VERSION###" # filled in zarf.yaml alone`,
  },
  *evaluate(facts) {
    const { definition } = facts;
    const declared = new Set([
      ...[...variableNames(definition)].map((name) => `VAR_${name}`),
      ...(definition.constants ?? []).map(({ name }) => `CONST_${name}`),
    ]);
    const prepares =
      definition.kind === 'ZarfInitConfig' ||
      definition.components.some(({ name }) => preparing.test(name));
    let count = 0;
    for (const [file, text] of facts.texts) {
      if (!text.includes('ZARF_')) continue;
      const told = new Set<string>();
      for (const { name, line, column } of placeholdersIn(text)) {
        count++;
        if (told.has(name) || declared.has(name) || builtIn.has(name)) continue;
        if (prepares && ofPreparing.test(name)) continue;
        const subject = placeSubject({ file, line, column });
        if (!name.startsWith('PKG_')) {
          told.add(name);
          yield fail(subject, `###ZARF_${name}### is declared nowhere${meant(name, declared)}`);
        } else if (!isDefinition(facts, file)) {
          told.add(name);
          yield fail(subject, `###ZARF_${name}### is filled in zarf.yaml alone, so it stays here`);
        }
      }
      yield* misspelt(file, text);
    }
    const subject = packageSubject(facts);
    if (declared.size === 0 && count === 0)
      yield notApplicable(subject, 'there are no placeholders');
    else
      yield pass(
        subject,
        `${declared.size} declared names and ${count} placeholders were compared`,
      );
  },
});

/** Definitions of components that are imported count too. */
function isDefinition({ file }: DeployedPackage, path: string): boolean {
  return path === file || /(?:^|\/)zarf\.ya?ml$/.test(path);
}

/** Nearly a placeholder: small letters, or too few signs on one side. */
function* misspelt(file: string, text: string): Generator<LintResult> {
  for (const [index, line] of text.split('\n').entries())
    for (const match of line.matchAll(/#{2,}ZARF_[A-Za-z0-9_-]+#+/g)) {
      if (/^#{3,}ZARF_[A-Z0-9_]+#{3,}$/.test(match[0])) continue;
      const place = { file, line: index + 1, column: match.index + 1 };
      yield fail(placeSubject(place), `${match[0]} is no placeholder, so it stays as it stands`, {
        severity: 'warning',
      });
    }
}
