import { defineCheck } from '../check.ts';
import { eachLayout, layoutProblems, notAllSeen } from '../layout-view.ts';
import { pass, thePackage } from '../results.ts';

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
      const unseen = notAllSeen(
        layout,
        each,
        because,
        'could not be followed, so their descriptors were not seen',
      );
      if (unseen !== undefined) yield unseen;
      else yield pass(thePackage(each), 'sizes and media types agree with the blobs');
    }),
});
