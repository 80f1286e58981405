import { hexOf } from '../../oci/digest.ts';
import { defineCheck } from '../check.ts';
import { blobFolder } from '../image-layout-facts.ts';
import { eachLayout } from '../layout-view.ts';
import { fail, notApplicable, pass, theFile, thePackage, undecided } from '../results.ts';

/** The name of a blob is a promise about its bytes. */
export const blobDigest = defineCheck({
  id: 'oci/blob-digest',
  title: 'Every blob hashes to the name it is stored under',
  area: 'oci',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'Manifests name blobs by digest: other bytes under that name are another image, or one no registry takes.',
    fix: 'Create the package again from images that pull cleanly.',
    source: 'OCI image-spec 1.1, image-layout.md, blobs',
  },
  evaluate: (facts) =>
    eachLayout(facts, function* (_layout, each, because) {
      let good = 0;
      let others = 0;
      for (const [path, file] of each.files) {
        if (!path.startsWith(blobFolder)) continue;
        const name = path.slice(blobFolder.length);
        const subject = theFile(each, path);
        if (file.digest !== undefined && hexOf(file.digest) === name) {
          good++;
          continue;
        }
        // Named by the manifest of a bundle and not there: a matter of the checks of absence.
        if (file.digest === undefined && because === undefined) continue;
        others++;
        if (file.digest === undefined)
          yield undecided(subject, `the blob was not read to its end: ${because}`);
        else
          yield fail(
            subject,
            `the blob ${name.slice(0, 100)} has the SHA-256 ${hexOf(file.digest)}`,
            { code: 'BLOB_DIGEST', restsOn: subject.name },
          );
      }
      if (others > 0) return;
      if (because !== undefined) yield undecided(thePackage(each), because);
      else if (good === 0) yield notApplicable(thePackage(each), 'the package holds no blobs');
      else yield pass(thePackage(each), `${good} blobs hash to their names`);
    }),
});
