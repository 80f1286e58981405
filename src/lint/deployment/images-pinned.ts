import { fail, notApplicable, pass } from '../../checks/results.ts';
import { normalizeReference } from '../../oci/reference.ts';
import { definitionSubject } from '../deployed-package.ts';
import { definePackageCheck } from '../lint-check.ts';
import { listed, packageSubject } from '../lint-results.ts';
import { isOpenImage } from '../named-images.ts';

/** What publishers push again and again. */
const moving =
  /^(?:latest|main|master|trunk|head|edge|nightly|dev|develop|development|devel|stable|unstable|testing|canary|rolling|current|snapshot|release|prod|production|staging)$|[._-](?:latest|nightly|snapshot|dev|edge)$/i;

export const imagesPinned = definePackageCheck({
  id: 'deployment/images-pinned',
  title: 'No image is named by a tag that moves, and digests say which one is meant',
  severity: 'warning',
  help: {
    why: 'A tag such as latest is another image tomorrow: the same definition then builds another release. Only a digest names one image for good.',
    fix: 'Name a version and, best, the digest; cowa-release images lock pins what a tag means today.',
    source: 'Release model §3.1, §6; OCI distribution, tags; Zarf package format §7',
  },
  examples: {
    good: `images:
  - docker.io/library/bash:5.2.37@sha256:9f3bd1e7a0…`,
    bad: `images:
  - docker.io/library/bash:latest`,
  },
  *evaluate(facts) {
    let count = 0;
    const open: string[] = [];
    for (const [index, { images = [] }] of facts.definition.components.entries())
      for (const [at, image] of images.entries()) {
        count++;
        const told = judge(image);
        if (told === undefined || isOpenImage(facts, image)) continue;
        open.push(image);
        if (told === 'open') continue;
        yield fail(
          definitionSubject(facts, `/components/${index}/images/${at}`),
          `${image}: ${told}`,
        );
      }
    const subject = packageSubject(facts);
    if (open.length > 0)
      yield fail(
        definitionSubject(facts, '/metadata/name'),
        `${open.length} of ${count} images are named without a digest: ${listed(open, 3)}`,
        { severity: 'note' },
      );
    if (count === 0) yield notApplicable(subject, 'the package carries no image');
    else yield pass(subject, `${count} references were looked at`);
  },
});

/** What is wrong with it; `open`: a version, and no digest. */
function judge(image: string): string | undefined {
  try {
    const { tag, digest } = normalizeReference(image);
    if (digest !== undefined || image.includes('###')) return undefined;
    if (tag === 'latest' && !image.endsWith(':latest')) return 'without a tag the latest is taken';
    return tag !== undefined && moving.test(tag) ? `the tag '${tag}' moves` : 'open';
  } catch {
    return 'it is no reference of an image';
  }
}
