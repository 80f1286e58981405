import type { Result } from '../check.ts';
import { defineCheck } from '../check.ts';
import type { ImageLayoutFacts, ImageManifestFacts, PackageFacts } from '../facts.ts';
import { eachLayout, manifestsOf, notAllSeen, theImage } from '../layout-view.ts';
import { fail, lacking, notApplicable, pass, thePackage, thingOf } from '../results.ts';

/** An image of another machine starts nowhere. */
export const platform = defineCheck({
  id: 'oci/platform',
  title: 'Every image is of the architecture of its package',
  area: 'oci',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'An image of another architecture starts on no node, and that shows only on the other side.',
    fix: 'Create the package again with --architecture as meant and images that exist for it.',
    source: 'OCI image-spec 1.1, config.md and image-index.md; Zarf package format, 2.3',
  },
  evaluate: (facts) =>
    eachLayout(facts, function* (layout, each, because) {
      const definition = each.definition?.definition;
      const architecture =
        definition?.build?.architecture ?? definition?.metadata.architecture ?? '';
      let found = 0;
      for (const result of [
        ...announced(each, layout),
        ...missingArchitecture(each, layout, architecture),
      ]) {
        found++;
        yield result;
      }
      const judged = manifestsOf(layout).filter(isImage).length;
      if (found > 0) return;
      const subject = thePackage(each);
      const unseen = notAllSeen(layout, each, because);
      if (unseen !== undefined) yield unseen;
      else if (judged === 0)
        yield notApplicable(subject, 'nothing in the layout is an image with a platform');
      else if (architecture === '')
        yield lacking(
          each,
          'zarf.yaml',
          because,
          'the definition names no architecture to compare with',
        );
      else
        yield pass(
          subject,
          `${judged} images were looked at, each name leads to one of ${architecture}`,
        );
    }),
});

function isImage({ platform: own }: ImageManifestFacts): boolean {
  // Attestations beside an image call their platform unknown.
  return own !== undefined && !(own.architecture === 'unknown' && own.os === 'unknown');
}

/** What descriptors say of the platform, against what the image says of itself. */
function* announced(each: PackageFacts, layout: ImageLayoutFacts): Generator<Result> {
  for (const manifest of new Set([...new Set(layout.roots.map((root) => root.manifests))].flat())) {
    const said = manifest.descriptor.platform;
    const own = manifest.platform;
    if (
      said === undefined ||
      own === undefined ||
      !isImage(manifest) ||
      (said.architecture === own.architecture && said.os === own.os)
    )
      continue;
    yield fail(
      theImage(each, layout, manifest),
      `its descriptor says ${said.os}/${said.architecture}, the image is ${own.os}/${own.architecture}`,
      { code: 'PLATFORM_CONFLICT' },
    );
  }
}

/** Names that lead to no image of the package's architecture; an index kept whole may hold others beside it. */
function* missingArchitecture(
  each: PackageFacts,
  layout: ImageLayoutFacts,
  architecture: string,
): Generator<Result> {
  if (architecture === '') return;
  for (const { name, manifests } of layout.roots) {
    const images = manifests.filter(isImage);
    const [first] = images;
    // Without a name it belongs to an index, which is judged as a whole.
    if (name === undefined || first === undefined) continue;
    if (
      images.some(
        (image) => image.platform?.architecture === architecture && image.platform.os === 'linux',
      )
    )
      continue;
    const found = images
      .map((image) => `${image.platform?.os}/${image.platform?.architecture}`)
      .join(', ');
    yield fail(
      thingOf(each, { kind: 'image', name, digest: first.descriptor.digest }),
      `the image is ${found}, the package is for linux/${architecture}`,
      { code: 'PLATFORM_OTHER' },
    );
  }
}
