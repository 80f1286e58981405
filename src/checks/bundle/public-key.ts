import { entryOf, membersOf, ofBundle, placeOf, theBundle, theMember } from '../bundle-results.ts';
import type { Result } from '../check.ts';
import { defineCheck } from '../check.ts';
import { isSigned, verifyEmbedded } from '../embedded-signature.ts';
import type { BundleFacts, BundleMember, PackageFacts } from '../facts.ts';
import { fail, notApplicable, pass, undecided } from '../results.ts';

/** A deployment asks each signed package for the trust the bundle names, and stops without. */
export const publicKey = defineCheck({
  id: 'bundle/public-key',
  title: 'Every signed package fits the key that the bundle names for it',
  area: 'bundle',
  severity: 'error',
  needs: ['identity', 'container', 'bundle', 'packages'],
  help: {
    why: 'A signed package without a key, or with one that does not fit, stops the deployment on the other side. That they fit does not say whose key it is.',
    fix: 'Set publicKey of the package to the key it was signed with and create the bundle again.',
    source: 'UDS bundle format, 1.1, 1.4 and 5.1',
  },
  evaluate: (facts) =>
    ofBundle(facts, function* (bundle, because) {
      let count = 0;
      for (const { member, facts: inside } of membersOf(bundle, facts.packages)) {
        for (const result of judgeMember(bundle, member, inside, because)) {
          count++;
          yield result;
        }
      }
      if (count === 0)
        yield because === undefined
          ? notApplicable(theBundle(bundle), 'no package is signed or has to be')
          : undecided(theBundle(bundle), because);
    }),
});

function* judgeMember(
  bundle: BundleFacts,
  member: BundleMember,
  facts: PackageFacts | undefined,
  because: string | undefined,
): Generator<Result> {
  const subject = { ...theMember(member), ...placeOf(bundle, member, '/publicKey') };
  const entry = entryOf(bundle, member);
  const who = `package '${member.name}'`;
  if (entry === undefined) return;
  if (facts?.definition?.definition === undefined) {
    yield undecided(subject, because ?? `the definition of ${who} could not be read`);
    return;
  }
  const signed = isSigned(facts);
  const { publicKey: pem, keylessVerification: keyless } = entry;
  if (pem === undefined && keyless === undefined) {
    if (!signed || member.half === 'next') return;
    yield fail(
      subject,
      `${who} is signed and the bundle names no key for it, so deploying it stops`,
      { code: 'BUNDLE_KEY_MISSING' },
    );
    return;
  }
  if (!signed) {
    yield fail(
      subject,
      `the bundle names ${pem === undefined ? 'an identity' : 'a key'} for ${who}, which is not signed`,
      { code: 'BUNDLE_KEY_UNUSED' },
    );
    return;
  }
  if (pem === undefined) {
    yield undecided(
      subject,
      `the bundle names an identity for ${who}; certificates are not judged here`,
      'BUNDLE_KEY_IDENTITY',
    );
    return;
  }
  const result = verifyEmbedded(facts, pem);
  if (result.outcome === 'valid')
    yield pass(
      subject,
      `the signature of ${who} fits the key in the bundle (${result.fingerprint})`,
    );
  else if (result.outcome === 'undecided') yield undecided(subject, `${who}: ${result.reason}`);
  else yield fail(subject, `${who}: ${result.reason}`, { code: 'BUNDLE_KEY_MISMATCH' });
}
