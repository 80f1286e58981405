import { defineCheck } from '../check.ts';
import { eachPackage, fail, lacking, pass, theFile } from '../results.ts';

/** The one link between the signed definition and the list of files. */
export const aggregate = defineCheck({
  id: 'checksums/aggregate',
  title: 'The definition names the checksums.txt that is there',
  area: 'checksums',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'The signature covers the definition, the definition names the list, the list names the files: a wrong link in between leaves the files unsigned.',
    fix: 'Create the package again, or fetch it from where it was signed.',
    source: 'Zarf package format, 2.1 and 6.1',
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each, because) {
      const definition = each.definition?.definition;
      if (each.checksums === undefined || definition === undefined) {
        yield lacking(each, each.checksums === undefined ? 'checksums.txt' : 'zarf.yaml', because);
        return;
      }
      const { aggregateChecksum: named } = definition.metadata;
      const { actual } = each.checksums;
      const place = each.definition?.locate('/metadata/aggregateChecksum');
      if (named === undefined)
        yield fail(theFile(each, 'zarf.yaml'), 'the definition names no aggregateChecksum', {
          code: 'AGGREGATE_MISSING',
        });
      else if (named !== actual)
        yield fail(
          theFile(each, 'zarf.yaml', place),
          `the definition names a checksums.txt of SHA-256 ${named.slice(0, 100)}, the one here has ${actual}`,
          { code: 'AGGREGATE_MISMATCH' },
        );
      else
        yield pass(
          theFile(each, 'checksums.txt'),
          `checksums.txt has the SHA-256 the definition names: ${actual}`,
        );
    }),
});
