import { defineCheck } from '../check.ts';
import { eachPackage, fail, lacking, pass, theFile } from '../results.ts';

/** Lines that other programs read differently, or not at all. */
export const form = defineCheck({
  id: 'checksums/form',
  title: 'Every line of checksums.txt is a digest, one space and a path, each path once',
  area: 'checksums',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'A line that one program skips and another reads leaves a file unchecked for one of them.',
    fix: 'Create the package again; do not edit checksums.txt by hand.',
    source: 'Zarf package format, 2.1',
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each, because) {
      if (each.checksums === undefined) {
        yield lacking(each, 'checksums.txt', because);
        return;
      }
      const { problems } = each.checksums;
      for (const { message, line, column, code, severity } of problems)
        yield fail(theFile(each, 'checksums.txt', { line, column }), message, { code, severity });
      if (problems.length === 0)
        yield pass(theFile(each, 'checksums.txt'), 'every line is a digest, one space and a path');
    }),
});
