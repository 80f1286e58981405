import { defineCheck } from '../check.ts';
import { eachLayout, groundOf, isLeftOut, notAllSeen } from '../layout-view.ts';
import { fail, pass, thePackage, thingOf, undecided } from '../results.ts';

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
      for (const descriptor of layout.missing) {
        const { digest, mediaType } = descriptor;
        const subject = thingOf(each, { kind: 'blob', name: digest, digest });
        if (because === undefined && isLeftOut(descriptor, each)) {
          leftOut++;
          continue;
        }
        found++;
        if (because !== undefined) yield undecided(subject, `${digest} was not seen: ${because}`);
        else
          yield fail(subject, `${digest} (${mediaType.slice(0, 100)}) is named and not there`, {
            code: 'BLOB_MISSING',
            restsOn: groundOf(each, digest),
          });
      }
      if (found > 0) return;
      const package_ = thePackage(each);
      const unseen = notAllSeen(
        layout,
        each,
        because,
        'could not be followed, so what they name is unknown',
      );
      if (unseen !== undefined) yield unseen;
      else
        yield pass(
          package_,
          leftOut === 0
            ? 'every blob that is named is there'
            : `every blob that is named is there, but for ${leftOut} that the bundle left out`,
        );
    }),
});
