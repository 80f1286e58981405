import { defineCheck } from '../check.ts';
import { eachLayout, layoutProblems, notAllSeen } from '../layout-view.ts';
import { pass, theFile, thingOf, undecided } from '../results.ts';

/** Every document of the layout can be read in one way only. */
export const layout = defineCheck({
  id: 'oci/layout',
  title: 'The images of a package form a readable OCI layout',
  area: 'oci',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'An index or manifest that is missing, invalid or of two meanings leaves open what is pushed into the registry.',
    fix: 'Create the package again from images that pull cleanly.',
    source: 'OCI image-spec 1.1, image-layout.md; Zarf package format, 2.3',
  },
  evaluate: (facts) =>
    eachLayout(facts, function* (layout, each, because) {
      let found = 0;
      for (const result of layoutProblems('oci/layout', layout, each, because)) {
        found++;
        yield result;
      }
      for (const descriptor of layout.unread) {
        found++;
        yield undecided(
          thingOf(each, {
            kind: 'blob',
            name: descriptor.digest,
            digest: descriptor.digest,
          }),
          `a document of ${descriptor.size} bytes, or one that is no text, was not read`,
          'LAYOUT_UNREAD',
        );
      }
      if (found > 0) return;
      const unseen = notAllSeen(layout, each, because, 'are missing and could not be read');
      if (unseen !== undefined) yield unseen;
      else
        yield pass(
          theFile(each, 'images/index.json'),
          `index.json leads to ${layout.roots.length} images, every document on the way is valid`,
        );
    }),
});
