import { defineCheck } from '../check.ts';
import { eachPackage, lacking, pass, theFile, undecided } from '../results.ts';

const kinds: readonly string[] = ['ZarfPackageConfig', 'ZarfInitConfig'];

/** A format newer than we know may mean other things by the same words. */
export const versionKnown = defineCheck({
  id: 'definition/version-known',
  title: 'The apiVersion and the kind that readers believe are ones this program knows',
  area: 'definition',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'Programs believe the document of the newest apiVersion they know: judging an older one beside it would be judging another package.',
    fix: 'Use a release of cowa-release that knows this apiVersion.',
    source: 'Zarf package format, 2.2',
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each, because) {
      if (each.definition === undefined) {
        yield lacking(each, 'zarf.yaml', because);
        return;
      }
      const { unknownApiVersion: unknown, apiVersions, definition, locate } = each.definition;
      const subject = theFile(each, 'zarf.yaml', locate('/apiVersion'));
      if (unknown !== undefined)
        yield undecided(
          subject,
          `the definition is of ${unknown.slice(0, 100)}, which is newer than this program knows`,
          'API_VERSION_NEWER',
        );
      else if (definition !== undefined && !kinds.includes(definition.kind))
        yield undecided(
          theFile(each, 'zarf.yaml', locate('/kind')),
          `the definition is of the kind ${JSON.stringify(definition.kind.slice(0, 100))}, which this program does not know`,
          'KIND_UNKNOWN',
        );
      else if (definition === undefined)
        yield {
          ...undecided(subject, 'no document of a known apiVersion could be read'),
          restsOn: theFile(each, 'zarf.yaml').name,
        };
      else
        yield pass(
          subject,
          `the definition is of ${apiVersions.map((version) => (version === '' ? 'zarf.dev/v1alpha1, unwritten' : version)).join(' and ')}`,
        );
    }),
});
