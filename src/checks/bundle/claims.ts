import { entryOf, membersOf, ofBundle, theBundle, theMember } from '../bundle-results.ts';
import { defineCheck } from '../check.ts';
import { isSigned, verifyEmbedded } from '../embedded-signature.ts';
import { fail, notApplicable, pass, undecided } from '../results.ts';

/** An annotation that says a signature was checked is a sentence, not a proof. */
export const claims = defineCheck({
  id: 'bundle/claims',
  title: 'No annotation claims a verification that cannot be repeated here',
  area: 'bundle',
  severity: 'warning',
  needs: ['identity', 'container', 'bundle', 'packages'],
  help: {
    why: 'Programs print the annotation as “verified”, whoever wrote it; only the signature itself shows anything.',
    fix: 'Name the key in the definition of the bundle and sign the package, or read nothing into the word.',
    source: 'UDS bundle format, 3.2 and 5.1',
  },
  evaluate: (facts) =>
    ofBundle(facts, function* (bundle, because) {
      const claiming = membersOf(bundle, facts.packages).filter(
        ({ member }) => member.claimsVerified,
      );
      for (const { member, facts: inside } of claiming) {
        const subject = theMember(member);
        const who = `package '${member.name}'`;
        const pem = entryOf(bundle, member)?.publicKey;
        if (inside === undefined)
          yield undecided(subject, because ?? `${who} could not be looked at`);
        else if (!isSigned(inside))
          yield fail(
            subject,
            `an annotation says that ${who} was verified, and it carries no signature`,
            { code: 'BUNDLE_CLAIM_EMPTY' },
          );
        else if (pem === undefined)
          yield fail(
            subject,
            `an annotation says that ${who} was verified, and nothing in the bundle says by which key`,
            { code: 'BUNDLE_CLAIM_UNPROVEN' },
          );
        else {
          const { outcome } = verifyEmbedded(inside, pem);
          if (outcome === 'valid')
            yield pass(
              subject,
              `an annotation says that ${who} was verified; it was again, by the key in the bundle`,
            );
          else
            yield fail(
              subject,
              `an annotation says that ${who} was verified, and its signature does not fit the key in the bundle`,
              { code: 'BUNDLE_CLAIM_FALSE' },
            );
        }
      }
      if (claiming.length > 0) return;
      yield because === undefined
        ? notApplicable(theBundle(bundle), 'no annotation claims a verification')
        : undecided(theBundle(bundle), because);
    }),
});
