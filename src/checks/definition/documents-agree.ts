import { disagreements } from '../../zarf/documents-agree.ts';
import { defineCheck } from '../check.ts';
import { eachPackage, fail, lacking, notApplicable, pass, theFile, undecided } from '../results.ts';

/** Old and new programs believe different documents of one file. */
export const documentsAgree = defineCheck({
  id: 'definition/documents-agree',
  title: 'All documents of a definition describe the same package',
  area: 'definition',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'Newer programs read the document of the newer apiVersion and older ones the first: where they differ, one archive is two packages.',
    fix: 'Create the package again from one definition.',
    source: 'Zarf package format, 2.2',
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each, because) {
      if (each.definition?.definition === undefined) {
        yield lacking(each, 'zarf.yaml', because);
        return;
      }
      const { definition: chosen, documents, locate, apiVersions } = each.definition;
      const subject = theFile(each, 'zarf.yaml');
      if (apiVersions.length < 2) {
        yield notApplicable(subject, 'the definition is one document');
        return;
      }
      const differences = documents.flatMap((other) => disagreements(chosen, other));
      for (const { pointer, message } of differences)
        yield fail(theFile(each, 'zarf.yaml', locate(pointer)), message, {
          code: 'DOCUMENTS_DISAGREE',
        });
      if (differences.length > 0) return;
      if (documents.length < apiVersions.length)
        yield undecided(
          subject,
          `only ${documents.length} of ${apiVersions.length} documents have a known apiVersion and could be compared`,
        );
      else yield pass(subject, `${documents.length} documents describe the same package`);
    }),
});
