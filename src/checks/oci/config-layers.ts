import { defineCheck } from '../check.ts';
import type { ImageManifestFacts } from '../facts.ts';
import { layerMediaKind } from '../layer-media.ts';
import { eachLayout, manifestsOf, notAllSeen, theImage } from '../layout-view.ts';
import { fail, notApplicable, pass, thePackage } from '../results.ts';

/** The config of an image and its manifest speak of the same layers. Compressed layers are not unpacked for it. */
export const configLayers = defineCheck({
  id: 'oci/config-layers',
  title: 'Config and manifest of every image name the same layers',
  area: 'oci',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'A runtime unpacks the layers of the manifest and trusts the digests of the config: where they differ the image does not start, or is another one.',
    fix: 'Build or pull the image again and create the package from it.',
    source: 'OCI image-spec 1.1, config.md, rootfs',
  },
  evaluate: (facts) =>
    eachLayout(facts, function* (layout, each, because) {
      const manifests = manifestsOf(layout);
      let judged = 0;
      let faults = 0;
      for (const manifest of manifests) {
        if (manifest.diffIds === undefined) continue;
        judged++;
        const fault = faultOf(manifest, manifest.diffIds);
        if (fault === undefined) continue;
        faults++;
        yield fail(theImage(each, layout, manifest), fault, { code: 'CONFIG_LAYERS' });
      }
      if (faults > 0) return;
      const subject = thePackage(each);
      const unseen = notAllSeen(layout, each, because);
      if (unseen !== undefined) yield unseen;
      else if (judged === 0)
        yield notApplicable(
          subject,
          `none of ${manifests.length} manifests has the config of an image`,
        );
      else
        yield pass(
          subject,
          `${judged} configs name as many layers as their manifests; uncompressed layers have the digests they name`,
        );
    }),
});

function faultOf({ layers }: ImageManifestFacts, diffIds: readonly string[]): string | undefined {
  if (layers.length !== diffIds.length)
    return `the manifest has ${layers.length} layers, its config names ${diffIds.length}`;
  const at = layers.findIndex(
    (layer, index) => layerMediaKind(layer.mediaType) === 'tar' && layer.digest !== diffIds[index],
  );
  return at < 0
    ? undefined
    : `layer ${at + 1} is uncompressed and has the digest ${layers[at]?.digest}, the config names ${diffIds[at]}`;
}
