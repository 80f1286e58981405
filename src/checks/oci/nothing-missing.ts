import { hexOf } from '../../oci/digest.ts';
import { defineCheck } from '../check.ts';
import { blobFolder } from '../image-layout-facts.ts';
import { eachLayout } from '../layout-view.ts';
import { fail, pass, thePackage, undecided } from '../results.ts';

/** Everything the images need is carried along. */
export const nothingMissing = defineCheck({
  id: 'oci/nothing-missing',
  title: 'Every blob that an image names is there',
  area: 'oci',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'On the other side nothing can be fetched: a missing layer stops the deployment there.',
    fix: 'Create the package again, with all images reachable.',
    source: 'OCI image-spec 1.1, manifest.md; Zarf package format, 2.3',
  },
  evaluate: (facts) =>
    eachLayout(facts, function* (layout, each, because) {
      let found = 0;
      let leftOut = 0;
      for (const { digest, mediaType } of layout.missing) {
        const subject = { kind: 'blob', name: digest, digest } as const;
        const path = `${blobFolder}${hexOf(digest)}`;
        const isNamed =
          each.manifest !== undefined && each.files.get(path)?.declared?.digest === digest;
        if (because === undefined && (isNamed || each.leftOut?.has(path) === true)) {
          leftOut++;
          continue;
        }
        found++;
        if (because !== undefined) yield undecided(subject, `${digest} was not seen: ${because}`);
        else
          yield fail(subject, `${digest} (${mediaType.slice(0, 100)}) is named and not there`, {
            code: 'BLOB_MISSING',
          });
      }
      if (found > 0) return;
      const package_ = thePackage(each);
      if (because !== undefined) yield undecided(package_, because);
      else if (layout.unread.length > 0)
        yield undecided(
          package_,
          `${layout.unread.length} documents were not read, so what they name is unknown`,
        );
      else
        yield pass(
          package_,
          leftOut === 0
            ? 'every blob that is named is there'
            : `every blob that is named is there, but for ${leftOut} that the bundle left out`,
        );
    }),
});
