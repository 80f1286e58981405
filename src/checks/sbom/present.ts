import { defineCheck } from '../check.ts';
import { imageSboms } from '../image-sboms.ts';
import {
  eachPackage,
  fail,
  notApplicable,
  pass,
  thePackage,
  thingOf,
  undecided,
} from '../results.ts';

/** Whether there is an SBOM at all: what it says is for others to judge. */
export const sbomPresent = defineCheck({
  id: 'sbom/present',
  title: 'Every image has an SBOM, where the policy demands one',
  area: 'sbom',
  severity: 'error',
  needs: ['identity', 'container', 'packages', 'sbomRules'],
  help: {
    why: 'When a vulnerability becomes known, an image whose contents nobody listed has to be taken apart first.',
    fix: 'Create the package again with SBOMs: without --skip-sbom',
    source: 'cowa-release docs/policy.md, SBOMs',
  },
  evaluate: (facts) =>
    eachPackage(facts, function* (each, unseen) {
      if (facts.sbomRules?.required !== true) {
        yield notApplicable(thePackage(each), 'the policy demands no SBOMs');
        return;
      }
      const images = imageSboms(each);
      let present = 0;
      for (const { name, image, sbom, because } of images) {
        const subject = thingOf(each, { kind: 'image', name, digest: image.descriptor.digest });
        const why = because ?? unseen;
        if (sbom !== undefined) present += 1;
        else if (why !== undefined) yield undecided(subject, why);
        else yield fail(subject, 'no SBOM is about it', { code: 'SBOM_ABSENT' });
      }
      if (images.length === 0 && unseen !== undefined) yield undecided(thePackage(each), unseen);
      else if (images.length === 0)
        yield notApplicable(thePackage(each), 'it holds no container image');
      else if (present === images.length)
        yield pass(thePackage(each), `each of ${images.length} images has an SBOM`);
    }),
});
