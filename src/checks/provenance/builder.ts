import { defineCheck } from '../check.ts';
import { eachProvenance } from '../each-provenance.ts';
import { fail, notApplicable, pass } from '../results.ts';

export const provenanceBuilder = defineCheck({
  id: 'provenance/builder',
  title: 'The archive was made by a builder that the policy names',
  area: 'provenance',
  severity: 'error',
  needs: ['identity', 'provenance'],
  help: {
    why: 'A builder is believed as far as it is kept apart from whoever asks it to build; a machine under a desk is another one than a build service.',
    fix: 'Ask the producer to build where it was agreed; or name the builder under provenance.builders in policy.yaml, when it is meant',
    source: 'SLSA 1.2, build provenance, builder.id; verifying artifacts, 2',
  },
  evaluate: ({ identity, provenance }) =>
    eachProvenance({ identity, provenance }, function* ({ builder }, subject, { builders }) {
      if (builders === undefined)
        yield notApplicable(subject, `the policy names no builders; this one is ${builder.id}`);
      // Compared whole: a builder that begins with the name of another is another.
      else if (builders.includes(builder.id)) yield pass(subject, `made by ${builder.id}`);
      else
        yield fail(
          subject,
          `made by ${builder.id}; the policy names ${builders.join(', ') || 'none'}`,
          { code: 'PROVENANCE_BUILDER' },
        );
    }),
});
