import { defineCheck } from '../check.ts';
import { eachDefinition, fail, notApplicable, pass, theFile, undecided } from '../results.ts';

/** The newest Zarf whose packages this program was tried with. */
const newestKnown = [0, 84, 0] as const;

/** A package says from which Zarf on it can be deployed; a newer one may hold what we do not know. */
export const requiredZarf = defineCheck({
  id: 'definition/required-zarf',
  title: 'The package needs no feature of a Zarf newer than this program knows',
  area: 'definition',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'A requirement stands for a feature of the format; one that is newer than this program was not judged, and the Zarf on the other side must have it.',
    fix: 'Use a release of cowa-release that knows this version, and check that the deploying Zarf is as new.',
    source: 'Zarf package format, 6.3',
  },
  evaluate: (facts) =>
    eachDefinition(facts, function* (each, definition) {
      const requirements = definition.build?.versionRequirements ?? [];
      const subject = theFile(
        each,
        'zarf.yaml',
        each.definition?.locate('/build/versionRequirements'),
      );
      let met = 0;
      for (const { version, reason } of requirements) {
        const numbers = versionNumbers(version);
        if (numbers === undefined)
          yield fail(
            subject,
            `the requirement ${JSON.stringify(version.slice(0, 100))} is no version, no Zarf deploys the package`,
            { code: 'REQUIREMENT_INVALID' },
          );
        else if (isNewer(numbers))
          yield undecided(
            subject,
            `the package needs Zarf ${version.slice(0, 100)}${reason === undefined ? '' : ` (${reason.slice(0, 200)})`}, the newest this program knows is v${newestKnown.join('.')}`,
            'REQUIREMENT_NEWER',
          );
        else met++;
      }
      if (requirements.length === 0)
        yield notApplicable(subject, 'the package requires no version of Zarf');
      else if (met === requirements.length)
        yield pass(
          subject,
          `the package needs Zarf ${requirements.map((each) => each.version).join(', ')} or later`,
        );
    }),
});

/** @see Semantic Versioning 2.0.0 */
function versionNumbers(version: string): readonly number[] | undefined {
  const match =
    /^v?(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:[-+][0-9A-Za-z.+-]+)?$/.exec(
      version,
    );
  return match?.slice(1, 4).map(Number);
}

function isNewer(numbers: readonly number[]): boolean {
  for (const [index, known] of newestKnown.entries()) {
    const number = numbers[index] ?? 0;
    if (number !== known) return number > known;
  }
  return false;
}
