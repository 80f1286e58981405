import { hexOf } from '../../oci/digest.ts';
import { defineCheck } from '../check.ts';
import { eachProvenance } from '../each-provenance.ts';
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
    eachProvenance({ identity, provenance }, function* ({ subjects }, subject) {
      const named = new Set(subjects.map(({ digest }) => digest.sha256));
      const { digest } = container;
      const root =
        bundle === undefined
          ? packages[0]?.files.get('zarf.yaml')?.digest
          : // The root of a hybrid leads to one of its halves.
            bundle.format === 'hybrid'
            ? undefined
            : bundle.rootDigest;
      if (digest !== undefined && named.has(hexOf(digest)))
        yield pass(subject, `is about ${digest}`);
      else if (root !== undefined && named.has(hexOf(root)))
        yield pass(
          subject,
          `is about other bytes of the same content (${root}): the archive was compressed anew on the way`,
        );
      else if (digest === undefined)
        yield undecided(
          subject,
          'the digest of the archive could not be told',
          'PROVENANCE_NO_DIGEST',
        );
      else
        yield fail(subject, `none of its ${subjects.length} subjects is ${digest}`, {
          code: 'PROVENANCE_OTHER_SUBJECT',
        });
    }),
});
