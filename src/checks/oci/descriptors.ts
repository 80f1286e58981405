import { defineCheck } from '../check.ts';
import { eachLayout, layoutProblems, notFollowed, notFollowedResult } from '../layout-view.ts';
import { pass, thePackage, undecided } from '../results.ts';

/** What a descriptor says of a blob is true of the blob. */
export const descriptors = defineCheck({
  id: 'oci/descriptors',
  title: 'Every descriptor tells size and media type of its blob',
  area: 'oci',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'Registries and runtimes trust size and media type before they look at the bytes.',
    fix: 'Create the package again from images that pull cleanly.',
    source: 'OCI image-spec 1.1, descriptor.md',
  },
  evaluate: (facts) =>
    eachLayout(facts, function* (layout, each, because) {
      let found = 0;
      for (const result of layoutProblems('oci/descriptors', layout, each, because)) {
        found++;
        yield result;
      }
      if (found > 0) return;
      const lost = notFollowed(layout, each);
      if (because !== undefined) yield undecided(thePackage(each), because);
      else if (lost > 0)
        yield notFollowedResult(
          layout,
          each,
          `${lost} documents could not be followed, so their descriptors were not seen`,
        );
      else yield pass(thePackage(each), 'sizes and media types agree with the blobs');
    }),
});
