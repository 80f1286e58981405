import { defineCheck, type Result } from '../check.ts';
import type { PackageFacts, SignatureFacts } from '../facts.ts';
import { notApplicable, pass, theArchive, thePackage, undecided } from '../results.ts';

/** Packages inside a bundle stand under the bundle's signature; their own are looked at beside it. */
export const members = defineCheck({
  id: 'signature/members',
  title: 'Every package of a bundle is covered by a signature of the given key',
  area: 'signature',
  severity: 'error',
  needs: ['identity', 'packages', 'bundle', 'signatures'],
  help: {
    why: 'A package in a bundle is deployed like any other; something must say who vouches for it.',
    fix: 'Sign the bundle, or give the key its packages are signed with',
    source: 'UDS bundle format, signatures; cowa-release design, 8',
  },
  *evaluate({ identity, packages, bundle, signatures }) {
    if (bundle === undefined) yield notApplicable(theArchive(identity), 'the archive is no bundle');
    else if (packages.length === 0)
      yield undecided(theArchive(identity), 'no package of the bundle could be read');
    else for (const each of packages) yield judge(each, signatures);
  },
});

function judge(
  each: PackageFacts,
  { archive, members: found, allowUnsigned, key }: SignatureFacts,
): Result {
  const subject = thePackage(each);
  const own = found.get(each.label);
  if (own?.result?.outcome === 'valid')
    return pass(
      subject,
      `${own.location} is by ${own.result.fingerprint} and covers ${own.covers}`,
    );
  if (archive?.result?.outcome === 'valid')
    return notApplicable(subject, "covered by the bundle's signature; its own was not judged");
  if (allowUnsigned && key === undefined)
    return notApplicable(subject, 'not judged: no key was given, which was allowed');
  if (own === undefined)
    return undecided(
      subject,
      'it is not signed, and no valid signature covers the bundle',
      'SIGNATURE_ABSENT',
    );
  const reason = own.result === undefined ? 'no key was given' : own.result.reason;
  return undecided(
    subject,
    `${own.location} could not be relied on: ${reason}`,
    own.result === undefined ? 'SIGNATURE_NO_KEY' : own.result.code,
  );
}
