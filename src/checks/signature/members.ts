import { defineCheck, type Result } from '../check.ts';
import type { PackageFacts, SignatureFacts } from '../facts.ts';
import { grounds } from '../find-causes.ts';
import { notApplicable, theArchive, thePackage, undecided } from '../results.ts';
import { trustResults } from '../trust-results.ts';

/** Packages inside a bundle stand under the bundle's signature, unless the trust policy wants their own. */
export const members = defineCheck({
  id: 'signature/members',
  title: 'Every package of a bundle is covered by a signature that is believed',
  area: 'signature',
  severity: 'error',
  needs: ['identity', 'packages', 'bundle', 'signatures'],
  help: {
    why: 'A package in a bundle is deployed like any other; something must say who vouches for it.',
    fix: 'Sign the bundle, or give the key its packages are signed with; where the trust policy demands a signature of their own, sign the packages before they are bundled',
    source: 'UDS bundle format, signatures; cowa-release design, 8; docs/trust.md',
  },
  codes: {
    SIGNATURE_NO_KEY: {
      why: 'The package is signed, and nothing says whose key that must be.',
      fix: 'Give the key of whoever signed the bundle (--key): it covers the packages; for packages of other makers name their keys in a trust policy',
    },
    SIGNATURE_ABSENT: {
      why: 'A package in a bundle is deployed like any other; something must say who vouches for it.',
      fix: 'Have the bundle signed: its signature covers every package; where the trust policy demands a signature of the package itself, have it signed before it is bundled',
    },
    SIGNATURE_DIGEST: {
      why: 'The package was changed after its maker signed it, before somebody put it into this bundle.',
      fix: 'Ask whoever made the bundle to make it again from the package as its maker published it',
    },
  },
  *evaluate({ identity, packages, bundle, signatures }) {
    if (bundle === undefined) yield notApplicable(theArchive(identity), 'the archive is no bundle');
    else if (packages.length === 0)
      yield {
        ...undecided(theArchive(identity), 'no package of the bundle could be read'),
        restsOn: grounds.bundle,
      };
    else if (signatures.trust !== undefined) yield* trustResults(signatures, 'members');
    else for (const each of packages) yield unjudged(each, signatures);
  },
});

/** Nobody was trusted. */
function unjudged(each: PackageFacts, { members: found, allowUnsigned }: SignatureFacts): Result {
  const subject = thePackage(each);
  const own = found.get(each.label);
  if (allowUnsigned)
    return notApplicable(subject, 'not judged: no key was given, which was allowed');
  if (own === undefined)
    return undecided(
      subject,
      'it is not signed, and no valid signature covers the bundle',
      'SIGNATURE_ABSENT',
    );
  const { result, location } = own;
  if (result === undefined || result.outcome === 'valid')
    return undecided(
      subject,
      `${location} could not be relied on: no key was given`,
      'SIGNATURE_NO_KEY',
    );
  return undecided(subject, `${location} could not be relied on: ${result.reason}`, result.code);
}
