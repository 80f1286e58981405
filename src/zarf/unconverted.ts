import type { V1beta1Package } from './convert-v1beta1.ts';

/** Something of a v1beta1 document that has no place in v1alpha1. */
export interface Unconverted {
  /** JSON pointer into the v1beta1 document. */
  readonly pointer: string;
  readonly message: string;
}

/**
 * What `convertV1beta1` leaves out. While a package is being written each is refused, for it would
 * be missing from what is built; in a built package it tells only how the package was made, or what
 * should have been resolved by then.
 * @see Zarf v0.84 api/v1beta1
 */
export function unconvertedParts({ components = [] }: V1beta1Package): readonly Unconverted[] {
  return components.flatMap((component, index) => {
    const at = `/components/${index}`;
    const found: Unconverted[] = [];
    if (component.service !== undefined) {
      const message = `'${component.name}' is the ${component.service} of a prepared cluster; such a package is not built here`;
      found.push({ pointer: `${at}/service`, message });
    }
    if (component.import !== undefined) {
      const message = `'${component.name}' is imported, and definitions of the kind ZarfComponentConfig are not read`;
      found.push({ pointer: `${at}/import`, message });
    }
    for (const [image, { name, source }] of (component.images ?? []).entries()) {
      if (source !== 'daemon') continue;
      const message = `the image ${name} comes from the daemon of the building machine; images are taken from the sources of the release`;
      found.push({ pointer: `${at}/images/${image}/source`, message });
    }
    return found;
  });
}
