import type { PackageCheck } from './lint-check.ts';

type Described = Pick<PackageCheck, 'id' | 'title' | 'severity' | 'help'>;

/** Said of definitions while they are read; the check of the same id looks at those in archives. */
export const definitionSchema: Described = {
  id: 'definition/schema',
  title: 'Definitions have the shape their schemas ask for',
  severity: 'error',
  help: {
    why: 'What cannot be read cannot be built, and what is misspelt is passed over without a word.',
    fix: 'Mend the place named; the schema files in schemas/ describe every field.',
    source: 'Zarf, package schema; UDS, bundle schema; cowa-release, release schema',
  },
};

/** Said of definitions while what they name is looked for. */
export const definitionResolved: Described = {
  id: 'definition/resolved',
  title: 'Everything that definitions name and import is there, and fits together',
  severity: 'error',
  help: {
    why: 'What a definition names and nobody finds stops the assembly, after everything before it was fetched.',
    fix: 'Mend the place named: paths are relative to the definition that names them.',
    source: 'Zarf package format, 3.3 and 3.6; past failure P5',
  },
};
