import type { ProvenanceResource } from '../../attestation/provenance.ts';
import { defineCheck } from '../check.ts';
import { eachProvenance } from '../each-provenance.ts';
import { fail, notApplicable, pass } from '../results.ts';

/** That nobody can find a second content for. Commits of git are named by what git has. */
const secure =
  /^(?:sha(?:256|384|512)|sha512_256|sha3_(?:256|384|512)|dirHash1?|gitCommit|gitTree|gitBlob|gitTag)$/;
const shown = 5;

export const provenancePinned = defineCheck({
  id: 'provenance/pinned',
  title: 'Everything the archive was made from is named by digest',
  area: 'provenance',
  severity: 'warning',
  needs: ['identity', 'provenance'],
  help: {
    why: 'An input that is named and not pinned may be another one tomorrow: the same build cannot be made again, nor can it be told what went in.',
    fix: 'Lock the release (cowa-release images lock), and name what is fetched by digest',
    source: 'SLSA 1.2, build provenance, resolvedDependencies; in-toto ResourceDescriptor v1',
  },
  evaluate: ({ identity, provenance }) =>
    eachProvenance({ identity, provenance }, function* ({ resolvedDependencies }, subject) {
      const open = resolvedDependencies.filter(({ digest }) => !isPinned(digest));
      if (resolvedDependencies.length === 0)
        yield notApplicable(subject, 'it names nothing that the archive was made from');
      else if (open.length === 0)
        yield pass(subject, `each of ${resolvedDependencies.length} inputs has a digest`);
      for (const each of open.slice(0, shown))
        yield fail(subject, `${nameOf(each)} has no digest that pins it`, {
          code: 'PROVENANCE_UNPINNED',
        });
      if (open.length > shown)
        yield fail(subject, `${open.length - shown} more inputs have no digest that pins them`, {
          code: 'PROVENANCE_UNPINNED',
        });
    }),
});

function isPinned(digest: ProvenanceResource['digest']): boolean {
  return Object.entries(digest ?? {}).some(
    ([algorithm, value]) => secure.test(algorithm) && value !== '',
  );
}

function nameOf({ name, uri }: ProvenanceResource): string {
  return name ?? uri ?? 'an input without a name';
}
