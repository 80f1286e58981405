import { defineCheck } from '../check.ts';
import { theStatement } from '../each-provenance.ts';
import { fail, notApplicable, pass, theArchive, undecided } from '../results.ts';

export const provenanceSigned = defineCheck({
  id: 'provenance/signed',
  title: 'The provenance of the archive is signed by somebody who is trusted to build or release',
  area: 'provenance',
  severity: 'error',
  needs: ['identity', 'provenance'],
  help: {
    why: 'Anybody can write how something was made. Only the signature says who vouches for it.',
    fix: 'Ask the producer for <archive>.provenance.intoto.jsonl, signed by a builder or releaser of the trust policy',
    source: 'SLSA 1.2, verifying artifacts, 1; in-toto Statement v1',
  },
  codes: {
    PROVENANCE_MISSING: {
      why: 'The policy demands provenance; without it nobody knows what the archive was made from.',
      fix: 'Ask the producer for <archive>.provenance.intoto.jsonl; it lies beside the archive, or is named with --provenance',
    },
    PROVENANCE_REFUSED: {
      why: 'A statement that nobody trusted signed says nothing, and whoever put it there wanted it to be believed.',
      fix: 'Bring the file over again from the producer; where its builder is to be believed, name it in the trust policy in a role of kind builder',
    },
  },
  *evaluate({ identity, provenance }) {
    const { statements = [], demands = { required: false } } = provenance ?? {};
    const { required } = demands;
    for (const each of statements) {
      const subject = theStatement(each);
      if (each.state === 'believed') yield pass(subject, `signed by ${each.signers.join(', ')}`);
      else if (each.state === 'undecided') yield undecided(subject, each.reason, each.code);
      else
        yield fail(subject, each.reason, {
          code: 'PROVENANCE_REFUSED',
          // Beside one that is believed, or where none is demanded, it is told and no more.
          ...(required && !statements.some(({ state }) => state === 'believed')
            ? {}
            : { severity: 'warning' }),
        });
    }
    if (statements.length > 0) return;
    if (required)
      yield fail(theArchive(identity), 'the policy demands provenance, and none lies with it', {
        code: 'PROVENANCE_MISSING',
      });
    else yield notApplicable(theArchive(identity), 'no provenance lies with it');
  },
});
