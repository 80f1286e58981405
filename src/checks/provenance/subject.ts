import { defineCheck } from '../check.ts';
import { eachProvenance } from '../each-provenance.ts';
import { subjectGround, subjectOf } from '../provenance-subject.ts';
import { fail, pass, undecided } from '../results.ts';

export const provenanceSubject = defineCheck({
  id: 'provenance/subject',
  title: 'Provenance is about exactly these bytes',
  area: 'provenance',
  severity: 'error',
  needs: ['identity', 'provenance', 'container', 'packages', 'bundle'],
  help: {
    why: 'A true statement about another archive, laid beside this one, would lend it a history it does not have.',
    fix: 'Bring archive and statement over again from one and the same release',
    source: 'SLSA 1.2, verifying artifacts, 1; in-toto Statement v1, subject',
  },
  evaluate: ({ identity, provenance, container, packages, bundle }) =>
    eachProvenance({ identity, provenance }, function* (made, subject) {
      const found = subjectOf(made, { container, packages, bundle });
      switch (found.about) {
        case 'these-bytes':
          yield pass(subject, `is about ${found.digest}`);
          break;
        case 'this-content':
          yield pass(
            subject,
            `is about other bytes of the same content (${found.root}): the archive was compressed anew on the way`,
          );
          break;
        case 'unknown':
          yield undecided(
            subject,
            'the digest of the archive could not be told',
            'PROVENANCE_NO_DIGEST',
          );
          break;
        case 'another':
          yield fail(
            subject,
            `it is about another archive: none of its ${made.subjects.length} subjects is ${found.digest}`,
            { code: 'PROVENANCE_OTHER_SUBJECT', restsOn: subjectGround(subject.name) },
          );
      }
    }),
});
