import { defineCheck } from '../check.ts';
import { fail, notApplicable, pass, theArchive, undecided } from '../results.ts';

export const signatureArchive = defineCheck({
  id: 'signature/archive',
  title: 'The archive is signed by the given key',
  area: 'signature',
  severity: 'error',
  needs: ['identity', 'signatures'],
  help: {
    why: 'Only a signature says who made the archive; checksums inside it say nothing about that.',
    fix: 'Unsigned: ask the producer for a signed archive, or for <archive>.sigstore.json of a bundle; signed: give the public key of the producer with --key',
    source: 'cowa-release design, 8; Zarf package format, signatures',
  },
  *evaluate({ identity, signatures }) {
    const subject = theArchive(identity);
    const { key, archive, allowUnsigned } = signatures;
    const unseenBeside =
      identity.fileName === undefined
        ? '; one beside it cannot be seen from standard input: --signature names it'
        : '';
    if (archive === undefined) {
      if (key !== undefined)
        yield fail(
          subject,
          `a key was given (${key.origin}), and the archive is not signed${unseenBeside}`,
          {
            code: 'SIGNATURE_ABSENT',
          },
        );
      else if (allowUnsigned) yield notApplicable(subject, 'unsigned, which was allowed');
      else yield undecided(subject, 'the archive is not signed', 'SIGNATURE_ABSENT');
    } else if (archive.result === undefined) {
      if (allowUnsigned)
        yield notApplicable(subject, 'signed, not judged: no key was given, which was allowed');
      else
        yield undecided(
          subject,
          `signed (${archive.location}), and no key was given to judge it by`,
          'SIGNATURE_NO_KEY',
        );
    } else if (archive.result.outcome === 'valid') {
      yield pass(
        subject,
        `${archive.location} is by ${archive.result.fingerprint} and covers ${archive.covers}`,
      );
      for (const warning of archive.result.warnings)
        yield fail(subject, warning, { code: 'SIGNATURE_NOT_ALL_JUDGED', severity: 'note' });
    } else if (archive.result.outcome === 'invalid')
      yield fail(subject, `${archive.location}: ${archive.result.reason}`, {
        code: archive.result.code,
      });
    else
      yield undecided(
        subject,
        `${archive.location}: ${archive.result.reason}`,
        archive.result.code,
      );
  },
});
