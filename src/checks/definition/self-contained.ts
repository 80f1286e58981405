import { defineCheck } from '../check.ts';
import { eachDefinition, fail, pass, theFile } from '../results.ts';

/** A differential package is good only where the one it was compared with is. */
export const selfContained = defineCheck({
  id: 'definition/self-contained',
  title: 'The package holds everything it deploys, not only what changed',
  area: 'definition',
  severity: 'note',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'A differential package leaves out the images and repositories of the version it was compared with; without that version on the other side they are missing.',
    fix: 'Make sure that the named version is deployed there, or carry a complete package.',
    source: 'Zarf package format, 3.7',
  },
  evaluate: (facts) =>
    eachDefinition(facts, function* (each, definition) {
      const { differential, differentialPackageVersion: base } = definition.build ?? {};
      const subject = theFile(each, 'zarf.yaml', each.definition?.locate('/build/differential'));
      if (differential === true)
        yield fail(
          subject,
          `the package holds only what version ${JSON.stringify(base ?? 'unknown')} does not: images and repositories of that version are not embedded`,
          { code: 'PACKAGE_DIFFERENTIAL' },
        );
      else
        yield pass(
          theFile(each, 'zarf.yaml'),
          'the package was not made as a difference to another',
        );
    }),
});
