import { fail, notApplicable, pass } from '../../checks/results.ts';
import { normalizeReference } from '../../oci/reference.ts';
import { definitionAt } from '../deployed-package.ts';
import { definePackageCheck } from '../lint-check.ts';
import { isOpenImage } from '../named-images.ts';

const moving = new Set(['latest', 'main', 'master', 'edge', 'nightly', 'dev', 'stable']);

export const imagesPinned = definePackageCheck({
  id: 'deployment/images-pinned',
  title: 'No image is named by a tag that moves',
  severity: 'warning',
  help: {
    why: 'A tag such as latest is another image tomorrow: the same definition then builds another release.',
    fix: 'Name a version and, best, the digest; cowa-release images lock pins what a tag means today.',
    source: 'Release model §3.1, §6; OCI distribution, tags',
  },
  *evaluate(facts) {
    const images = facts.definition.components.flatMap((component) => component.images ?? []);
    for (const image of images) {
      const tag = movingTag(image);
      if (tag !== undefined && !isOpenImage(facts, image))
        yield fail(definitionAt(facts, image), `${image}: the tag '${tag}' moves`);
    }
    const subject = { kind: 'package' as const, name: facts.label };
    if (images.length === 0) yield notApplicable(subject, 'the package carries no image');
    else yield pass(subject, `${images.length} references were looked at`);
  },
});

function movingTag(image: string): string | undefined {
  try {
    const { tag, digest } = normalizeReference(image);
    return digest === undefined && tag !== undefined && moving.has(tag) ? tag : undefined;
  } catch {
    return undefined;
  }
}
