import { findPlace } from '../../support/text-lines.ts';
import type { PackageDefinition } from '../../zarf/definition.ts';
import type { Result } from '../check.ts';
import { defineCheck } from '../check.ts';
import type { PackageFacts } from '../facts.ts';
import { eachDefinition, fail, pass, theFile } from '../results.ts';

/** Creating a package fills in everything that needs the connected side. */
export const resolved = defineCheck({
  id: 'definition/resolved',
  title: 'The definition has no imports and no create-time templates left',
  area: 'definition',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'What is imported or filled in when a package is created cannot be fetched on the other side: it is simply not there.',
    fix: 'Create the package again from its definition, with every template given a value.',
    source: 'Zarf package format, 3.5 and 3.6',
  },
  evaluate: (facts) =>
    eachDefinition(facts, function* (each, definition) {
      const left = [...imports(each, definition), ...templates(each)];
      yield* left;
      if (left.length === 0)
        yield pass(theFile(each, 'zarf.yaml'), 'nothing is left to be filled in');
    }),
});

function* imports(each: PackageFacts, { components }: PackageDefinition): Generator<Result> {
  for (const [index, { name, import: from }] of components.entries()) {
    if (from === undefined || Object.keys(from).length === 0) continue;
    const place = each.definition?.locate(`/components/${index}/import`);
    yield fail(
      theFile(each, 'zarf.yaml', place),
      `the component ${JSON.stringify(name)} still imports ${JSON.stringify(from.path ?? from.url ?? from.name)}`,
      { code: 'IMPORT_LEFT' },
    );
  }
}

/** Tokens may stand in a text on purpose, so they are no error. */
function* templates(each: PackageFacts): Generator<Result> {
  const text = Buffer.from(each.definitionBytes ?? []).toString('utf8');
  const tokens = new Set(
    [
      ...text.matchAll(/###ZARF_(?:PKG_(?:TMPL|VAR)_[A-Z0-9_]{1,200}|PKG_ARCH|COMPONENT_NAME)###/g),
    ].map(([token]) => token),
  );
  for (const token of tokens) {
    const line = findPlace(text, token)?.line ?? 1;
    yield fail(
      theFile(each, 'zarf.yaml', { line }),
      `${token} was not filled in when the package was created`,
      { code: 'TEMPLATE_LEFT', severity: 'warning' },
    );
  }
}
