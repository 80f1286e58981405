import { sourceOf } from '../../attestation/provenance-source.ts';
import { defineCheck } from '../check.ts';
import { eachProvenance } from '../each-provenance.ts';
import { fail, notApplicable, pass, undecided } from '../results.ts';

export const provenanceSource = defineCheck({
  id: 'provenance/source',
  title: 'The definitions were as the commit that provenance names has them',
  area: 'provenance',
  severity: 'error',
  needs: ['identity', 'provenance'],
  help: {
    why: 'A commit says what was built only if nothing differed from it: a change that was never committed cannot be reviewed, nor built again.',
    fix: 'Ask the producer to commit what was changed, and to make the release again with --git',
    source: 'SLSA 1.2, build provenance, resolvedDependencies; source track, L1',
  },
  codes: {
    PROVENANCE_DIRTY: {
      why: 'Files differed from the commit when it was made: nobody can look up what they said.',
      fix: 'Ask the producer to commit what was changed, and to make the release again',
    },
    PROVENANCE_NO_COMMIT: {
      why: 'The policy demands unchanged sources, and the statement names no commit they could be compared with.',
      fix: 'Ask the producer to make the release from a Git work tree, with --git',
    },
    PROVENANCE_DIRTY_UNKNOWN: {
      why: 'The commit was recorded, and nobody compared the files with it.',
      fix: 'Ask the producer to name git with --git (COWA_GIT) when the release is made',
    },
  },
  evaluate: ({ identity, provenance }) =>
    eachProvenance({ identity, provenance }, function* (made, subject, { unchanged = false }) {
      const source = sourceOf(made);
      if (source === undefined) {
        if (unchanged)
          yield fail(subject, 'it names no commit of its definitions', {
            code: 'PROVENANCE_NO_COMMIT',
          });
        else yield notApplicable(subject, 'it names no commit of its definitions');
        return;
      }
      const { commit, state } = source;
      if (state === 'unchanged') yield pass(subject, `made of ${commit}, nothing changed`);
      else if (state === 'changed')
        yield fail(subject, `files differed from the commit ${commit}`, {
          code: 'PROVENANCE_DIRTY',
          ...(unchanged ? {} : { severity: 'warning' }),
        });
      else if (unchanged)
        yield undecided(
          subject,
          `whether files differed from the commit ${commit} is not told`,
          'PROVENANCE_DIRTY_UNKNOWN',
        );
      else yield notApplicable(subject, `whether files differed from ${commit} is not told`);
    }),
});
