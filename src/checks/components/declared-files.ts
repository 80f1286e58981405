import type { PackageDefinition } from '../../zarf/definition.ts';
import { defineCheck } from '../check.ts';
import {
  eachDefinition,
  fail,
  notApplicable,
  pass,
  theFile,
  thePackage,
  undecided,
} from '../results.ts';

/** What the definition says the package brings beside its components is there, and nothing else of it. */
export const declaredFiles = defineCheck({
  id: 'components/declared-files',
  title: 'Documentation and values are there where the definition has them',
  area: 'definition',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'Absent values are noticed when the package is deployed, on the side where nothing can be fetched; values that nobody declared were reviewed by nobody.',
    fix: 'Create the package again.',
    source: 'Zarf package format, 2 and 2.6',
  },
  evaluate: (facts) =>
    eachDefinition(facts, function* (each, definition, because) {
      let declaredFiles = 0;
      let found = 0;
      for (const { path, pointer, declared } of expectations(definition)) {
        const file = each.files.get(path);
        if (declared) declaredFiles++;
        if (declared === (file?.digest !== undefined)) continue;
        if (!declared) {
          yield fail(
            theFile(each, path),
            `${path} is there, but the definition has no ${pointer.slice(1).replace('/', '.')}`,
            { code: 'FILE_UNDECLARED', severity: 'warning' },
          );
          continue;
        }
        found++;
        const subject = theFile(each, 'zarf.yaml', each.definition?.locate(pointer));
        if (because !== undefined) yield undecided(subject, `${path} was not seen: ${because}`);
        else if (each.manifest !== undefined && file?.declared !== undefined) found--;
        else
          yield fail(
            subject,
            `the definition has ${pointer.slice(1).replace('/', '.')}, ${path} is missing`,
            { code: 'DECLARED_FILE_MISSING' },
          );
      }
      if (found > 0) return;
      if (declaredFiles > 0)
        yield pass(thePackage(each), `${declaredFiles} declared files are there`);
      else
        yield notApplicable(
          thePackage(each),
          'the definition declares neither documentation nor values',
        );
    }),
});

function expectations({ documentation = {}, values }: PackageDefinition): readonly {
  readonly path: string;
  readonly pointer: string;
  readonly declared: boolean;
}[] {
  return [
    {
      path: 'documentation.tar',
      pointer: '/documentation',
      declared: Object.keys(documentation).length > 0,
    },
    { path: 'values.yaml', pointer: '/values/files', declared: (values?.files ?? []).length > 0 },
    {
      path: 'values.schema.json',
      pointer: '/values/schema',
      declared: (values?.schema ?? '') !== '',
    },
  ];
}
