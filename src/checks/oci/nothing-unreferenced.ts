import { defineCheck } from '../check.ts';
import { blobFolder } from '../image-layout-facts.ts';
import { eachLayout, notAllSeen } from '../layout-view.ts';
import { fail, pass, theFile, thePackage, undecided } from '../results.ts';

/** Nothing travels along that no image asks for. */
export const nothingUnreferenced = defineCheck({
  id: 'oci/nothing-unreferenced',
  title: 'Every blob belongs to an image',
  area: 'oci',
  severity: 'warning',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'A blob that nothing names is carried and checked by nobody; it costs space and can hide content.',
    fix: 'Create the package again from a clean cache.',
    source: 'OCI image-spec 1.1, image-layout.md',
  },
  evaluate: (facts) =>
    eachLayout(facts, function* (layout, each, because) {
      const subject = thePackage(each);
      const { length } = layout.unreferenced;
      const then = `could not be followed, and ${length} blobs seem to belong to no image`;
      const unseen = notAllSeen(layout, each, because, then);
      if (because !== undefined) yield undecided(subject, because);
      else if (length === 0) yield pass(subject, 'every blob belongs to an image');
      else if (unseen !== undefined) yield unseen;
      else
        for (const hex of layout.unreferenced) {
          yield fail(
            theFile(each, `${blobFolder}${hex}`),
            `no image needs the blob ${hex.slice(0, 100)}`,
            { code: 'BLOB_UNREFERENCED' },
          );
        }
    }),
});
