import type { DocumentProblem } from '../../support/document-problem.ts';
import { disagreements } from '../../zarf/documents-agree.ts';
import { defineCheck } from '../check.ts';
import type { PackageFacts } from '../facts.ts';
import { eachPackage, fail, pass, theFile, thePackage, undecided } from '../results.ts';

/**
 * The definition has the shape readers need. One inside a built archive may have been written by a
 * newer program, so a key we do not know is a note.
 */
export const schema = defineCheck({
  id: 'definition/schema',
  title: 'The definition is valid YAML of the shape Zarf reads',
  area: 'definition',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'What the parser of one program forgives another refuses or reads differently; the definition decides what runs.',
    fix: 'Correct the definition at the place named and create the package again.',
    source: 'Zarf package format, 2.2 and 3',
  },
  codes: {
    DEFINITION_MISSING: {
      why: 'Without its definition nobody knows what a package is, and no signature of it holds.',
      fix: 'Copy the archive again; if it stays so, it is no whole package: ask its producer',
    },
    DEFINITION_UNREAD: {
      why: 'What was not read was not judged, whatever other programs make of it.',
      fix: 'Ask its producer why the definition is so large, or no text; a definition is a few pages of YAML',
    },
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each, because) {
      const file = each.files.get('zarf.yaml');
      if (each.definition === undefined) {
        if (because !== undefined) yield undecided(thePackage(each), because);
        else if (file?.digest === undefined)
          yield fail(thePackage(each), 'zarf.yaml is missing', {
            code: 'DEFINITION_MISSING',
            restsOn: theFile(each, 'zarf.yaml').name,
          });
        else
          yield undecided(
            theFile(each, 'zarf.yaml'),
            `zarf.yaml has ${file.size} bytes or is no text, it was not read`,
            'DEFINITION_UNREAD',
          );
        return;
      }
      const problems = shapeProblems(each);
      for (const { message, line, column, code, severity } of problems)
        yield fail(theFile(each, 'zarf.yaml', { line, column }), message, {
          code,
          severity,
          // What stops reading stops all that is read from it; what only misses a rule does not.
          ...(each.definition.definition === undefined
            ? { restsOn: theFile(each, 'zarf.yaml').name }
            : {}),
        });
      if (problems.some((problem) => problem.severity === 'error')) return;
      if (each.definition.definition === undefined)
        yield undecided(
          theFile(each, 'zarf.yaml'),
          'no document of a known apiVersion was there to be looked at',
        );
      else yield pass(theFile(each, 'zarf.yaml'), 'the definition has the shape that readers need');
    }),
});

/** All problems but those other checks of the definition speak for. */
function shapeProblems({ definition }: PackageFacts): readonly DocumentProblem[] {
  if (definition === undefined) return [];
  const { definition: chosen, documents, problems, unknownApiVersion } = definition;
  const elsewhere = new Set(
    chosen === undefined
      ? []
      : documents
          .flatMap((other) => disagreements(chosen, other))
          .map((each) => `${each.pointer} ${each.message}`),
  );
  return problems.filter(({ code, pointer, message }) => {
    // A version newer than ours is for `definition/version-known`: not wrong, only unknown.
    if (
      code === 'DOCUMENT_RULE' &&
      pointer === '/apiVersion' &&
      chosen === undefined &&
      unknownApiVersion !== undefined
    )
      return false;
    return !elsewhere.has(`${pointer} ${message}`);
  });
}
