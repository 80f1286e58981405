import type { LockedFlavor, LockedImage } from '../config/lock.ts';
import { imagesCarriedBy } from './carried-images.ts';
import type { DeployedPackage } from './deployed-package.ts';
import type { DeployedRelease } from './deployed-release.ts';
import { normal } from './named-images.ts';
import { flavorPackages } from './release-packages.ts';

/** What something will weigh at least, in bytes, before it is packed. */
export interface PredictedSize {
  readonly kind: 'image' | 'package' | 'bundle';
  readonly name: string;
  readonly bytes: number;
  /** What of it nobody knows; undefined when the sum is whole. */
  readonly missing: string | undefined;
}

/** Sizes of images, packages and bundles by the lock file and the payloads that lie here. */
export function predictedSizes(facts: DeployedRelease): readonly PredictedSize[] {
  const { lock } = facts.budget ?? {};
  if (lock === undefined) return [];
  const images = new Map<string, number>();
  for (const flavor of Object.values(lock.flavors))
    for (const image of flavor.images) images.set(normal(image.reference), bytesOf(image));
  const sizes: PredictedSize[] = [...images].map(([name, bytes]) => ({
    kind: 'image',
    name,
    bytes,
    missing: undefined,
  }));
  const seen = new Set<string>();
  for (const each of facts.packages) {
    const { name } = each.definition.metadata;
    if (seen.has(name)) continue;
    seen.add(name);
    sizes.push({ kind: 'package', name, ...ofPackages([each], lock.flavors, images) });
  }
  for (const { bundle, packages, complete } of flavorPackages(facts)) {
    if (bundle === undefined) continue;
    const sum = ofPackages(
      packages.flatMap((each) => each.package ?? []),
      lock.flavors,
      images,
    );
    const missing = complete ? sum.missing : (sum.missing ?? 'packages that are made elsewhere');
    sizes.push({
      kind: 'bundle',
      name: bundle.definition.metadata.name,
      bytes: sum.bytes,
      missing,
    });
  }
  return sizes.sort((a, b) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1));
}

/** Every blob once, as archives hold them. */
function ofPackages(
  packages: readonly DeployedPackage[],
  flavors: Readonly<Record<string, LockedFlavor>>,
  images: ReadonlyMap<string, number>,
): { readonly bytes: number; readonly missing: string | undefined } {
  const locked = Object.values(flavors).flatMap((flavor) => flavor.images);
  const blobs = new Map<string, number>();
  let missing: string | undefined;
  let payload = 0;
  for (const facts of packages) {
    for (const image of imagesCarriedBy(facts.definition)) {
      const found = locked.find(({ reference }) => normal(reference) === normal(image));
      if (found === undefined || !images.has(normal(image))) missing ??= image;
      else for (const { digest, size } of blobsOf(found)) blobs.set(digest, size);
    }
    for (const { dataInjections = [] } of facts.definition.components)
      for (const { source } of dataInjections) {
        const own = facts.payloads?.find((each) => each.source === source);
        if (own === undefined) missing ??= `payload ${source} of ${facts.label}`;
        else payload += own.bytes;
      }
  }
  return { bytes: payload + [...blobs.values()].reduce((sum, size) => sum + size, 0), missing };
}

/** Manifest, configuration and layers. */
export function blobsOf(
  image: LockedImage,
): readonly { readonly digest: string; readonly size: number }[] {
  const { digest, size, config, layers } = image;
  return [{ digest, size }, ...(config === undefined ? [] : [config]), ...layers];
}

function bytesOf(image: LockedImage): number {
  const once = new Map(blobsOf(image).map(({ digest, size }) => [digest, size]));
  return [...once.values()].reduce((sum, size) => sum + size, 0);
}
