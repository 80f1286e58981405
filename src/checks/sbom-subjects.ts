import { isRunnable } from '../oci/is-runnable.ts';
import type { ImageManifestFacts, PackageFacts } from './facts.ts';

/** What SBOMs of a package have to be about. */
export interface SbomSubjects {
  /** Container images, each platform once; charts and signatures are none. */
  readonly images: readonly { readonly name: string; readonly manifest: ImageManifestFacts }[];
  /** Names of components with files or data. */
  readonly components: readonly string[];
}

/** Images and components of a package that a list of contents can be made of. */
export function sbomSubjects({ images, definition, leftOut }: PackageFacts): SbomSubjects {
  const found = new Map<string, SbomSubjects['images'][number]>();
  for (const { name, manifests, descriptor } of images?.roots ?? [])
    for (const manifest of manifests) {
      const { config, layers } = manifest;
      if (config === undefined || !isRunnable({ config, layers })) continue;
      const { digest } = manifest.descriptor;
      if (!found.has(digest)) found.set(digest, { name: name ?? descriptor.digest, manifest });
    }
  return {
    images: [...found.values()],
    components: (definition?.definition?.components ?? [])
      .filter(({ files = [], dataInjections = [] }) => files.length + dataInjections.length > 0)
      .map(({ name }) => name)
      .filter((name) => leftOut?.has(`components/${name}.tar`) !== true),
  };
}
