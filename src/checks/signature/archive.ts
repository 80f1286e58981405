import { defineCheck, type Result } from '../check.ts';
import type { IdentityFacts } from '../facts.ts';
import { grounds } from '../find-causes.ts';
import { notApplicable, theArchive, undecided, unseen } from '../results.ts';
import { trustResults } from '../trust-results.ts';

export const signatureArchive = defineCheck({
  id: 'signature/archive',
  title: 'The archive is signed by whom the trust policy, or the given key, demands',
  area: 'signature',
  severity: 'error',
  needs: ['identity', 'container', 'signatures'],
  help: {
    why: 'Only a signature says who made the archive; checksums inside it say nothing about that.',
    fix: 'Unsigned: ask the producer for a signed archive, or for <archive>.sigstore.json of a bundle; signed: give the public key of the producer with --key, or name them in the trust policy',
    source: 'cowa-release design, 8; Zarf package format, signatures; docs/trust.md',
  },
  *evaluate({ identity, container, signatures }) {
    const subject = theArchive(identity);
    const { archive, allowUnsigned } = signatures;
    if (signatures.trust !== undefined) {
      for (const result of trustResults(signatures, 'archive'))
        yield withGround(result, identity, unseen(container));
    } else if (archive === undefined) {
      if (allowUnsigned) yield notApplicable(subject, 'unsigned, which was allowed');
      else yield undecided(subject, 'the archive is not signed', 'SIGNATURE_ABSENT');
    } else if (archive.result !== undefined && archive.result.outcome !== 'valid') {
      const { reason, code } = archive.result;
      yield undecided(subject, `${archive.location}: ${reason}`, code);
    } else if (allowUnsigned)
      yield notApplicable(subject, 'signed, not judged: no key was given, which was allowed');
    else
      yield undecided(
        subject,
        `signed (${archive.location}), and no key was given to judge it by`,
        'SIGNATURE_NO_KEY',
      );
  },
});

/** A signature, or what it covers, may lie behind the place where reading ended; beside a legacy bundle it does not. */
function withGround(
  result: Result,
  { format }: IdentityFacts,
  because: string | undefined,
): Result {
  const liesBeside = format === 'uds-legacy' || format === 'uds-hybrid';
  if (result.code === 'SIGNATURE_ABSENT' && because !== undefined && !liesBeside)
    return { ...result, message: `no signature was seen: ${because}`, restsOn: grounds.reading };
  if (result.code !== 'SIGNATURE_UNREAD') return result;
  return { ...result, restsOn: because === undefined ? 'zarf.yaml' : grounds.reading };
}
