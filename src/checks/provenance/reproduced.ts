import type { Result } from '../check.ts';
import { defineCheck } from '../check.ts';
import { theStatement, unbelieved } from '../each-provenance.ts';
import type { ReproductionStatement } from '../provenance-facts.ts';
import { fail, notApplicable, pass, theArchive } from '../results.ts';

export const provenanceReproduced = defineCheck({
  id: 'provenance/reproduced',
  title: 'Whoever made the archive again came to the same',
  area: 'provenance',
  severity: 'warning',
  needs: ['identity', 'provenance'],
  help: {
    why: 'What somebody else makes again from the same inputs was not tampered with where it was first made.',
    fix: 'Ask the producer what differs, and make it again: cowa-release reproduce',
    source: 'docs/provenance.md; reproducible-builds.org, definition',
  },
  codes: {
    REPRODUCTION_DIFFERS: {
      why: 'Somebody who is trusted made it again and got something else: then it is not made of those inputs alone.',
      fix: 'Ask the producer what differs; make it again from the commit its provenance names, with the same version of this program',
    },
    REPRODUCTION_REFUSED: {
      why: 'What nobody trusted signed, or is about other bytes, says nothing of this archive.',
      fix: 'Take the file away, or have the archive made again by somebody whom the trust policy names',
    },
  },
  *evaluate({ identity, provenance }) {
    const { reproductions = [] } = provenance ?? {};
    if (reproductions.length === 0)
      yield notApplicable(theArchive(identity), 'nobody says that they made it again');
    for (const each of reproductions) yield judged(each);
  },
});

function judged(each: ReproductionStatement): Result {
  const subject = theStatement(each);
  if (each.state !== 'believed') return unbelieved(each, { code: 'REPRODUCTION_REFUSED' });
  const { made, signers } = each;
  const who = signers.join(', ');
  if (made.outcome === 'identical') return pass(subject, `${who} made the same bytes again`);
  if (made.outcome === 'same-content')
    return pass(
      subject,
      `${who} made the same again but for signatures, which only their maker can make`,
    );
  return fail(
    subject,
    `${who} made it again and found ${made.differences} differences${made.first === undefined ? '' : `, first ${made.first}`}`,
    { code: 'REPRODUCTION_DIFFERS' },
  );
}
