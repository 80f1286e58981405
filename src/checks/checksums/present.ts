import { defineCheck } from '../check.ts';
import { eachPackage, fail, pass, theFile, thePackage, undecided } from '../results.ts';

/** The list that ties every file to the definition has to be there and readable. */
export const present = defineCheck({
  id: 'checksums/present',
  title: 'Every package has a checksums.txt',
  area: 'checksums',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'Without the list nothing ties the files to the definition, so any of them can be exchanged.',
    fix: 'Create the package again; Zarf and cowa-release always write the list.',
    source: 'Zarf package format, 2.1',
  },
  codes: {
    CHECKSUMS_UNREAD: {
      why: 'Without the list nothing ties the files to the definition, so any of them can be exchanged.',
      fix: 'Ask the producer of the package why checksums.txt is so large, or no text; it has a line for each file',
    },
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each, because) {
      const file = each.files.get('checksums.txt');
      if (each.checksums !== undefined)
        yield pass(
          theFile(each, 'checksums.txt'),
          `checksums.txt lists ${each.checksums.lines.length} files`,
        );
      else if (because !== undefined) yield undecided(thePackage(each), because);
      else if (file?.digest === undefined)
        yield fail(thePackage(each), 'checksums.txt is missing', {
          code: 'CHECKSUMS_MISSING',
          restsOn: theFile(each, 'checksums.txt').name,
        });
      else
        yield undecided(
          theFile(each, 'checksums.txt'),
          `checksums.txt has ${file.size} bytes or is no text, it was not read`,
          'CHECKSUMS_UNREAD',
        );
    }),
});
