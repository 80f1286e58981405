import { defineCheck } from '../check.ts';
import { eachPackage, fail, notApplicable, pass, thePackage, undecided } from '../results.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Documents in a package carry no time of their own: they are as old as the package. */
export const sbomFresh = defineCheck({
  id: 'sbom/fresh',
  title: 'SBOMs are not older than the policy bears',
  area: 'sbom',
  severity: 'error',
  needs: ['identity', 'container', 'packages', 'sbomRules'],
  help: {
    why: 'Catalogers learn: what an old one did not find, or had no licence for, a new one may.',
    fix: 'Create the package again, or make new SBOMs of its images with cowa-release sbom generate and look at them',
    source: 'cowa-release docs/policy.md, SBOMs',
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each, unseen) {
      const { maxAgeDays, at } = facts.sbomRules ?? {};
      const subject = thePackage(each);
      if (maxAgeDays === undefined) {
        yield notApplicable(subject, 'the policy says nothing of their age');
        return;
      }
      if (each.sboms === undefined) {
        if (unseen !== undefined) yield undecided(subject, unseen);
        else yield notApplicable(subject, 'it carries no SBOMs');
        return;
      }
      const made = each.definition?.definition?.build?.timestamp;
      const time = made === undefined ? Number.NaN : Date.parse(made);
      if (at === undefined) yield undecided(subject, 'no date was given to judge their age by');
      else if (made === undefined || Number.isNaN(time))
        yield undecided(subject, 'the package does not say when it was made');
      else if (time > at.getTime() + dayMs)
        yield undecided(subject, `the package says that it was made on ${made}, which is to come`);
      else {
        const days = Math.max(0, Math.floor((at.getTime() - time) / dayMs));
        const message = `they are ${days} days old, at most ${maxAgeDays} are borne`;
        yield days > maxAgeDays
          ? fail(subject, message, { code: 'SBOM_TOO_OLD' })
          : pass(subject, message);
      }
    }),
});
