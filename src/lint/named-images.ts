import { normalizeReference } from '../oci/reference.ts';
import {
  containersOf,
  type DeployedObject,
  imageVolumes,
  podTemplates,
} from '../zarf/deployed-object.ts';

/** Images an object names: those of its containers, and image volumes. */
export function imagesOf(
  object: DeployedObject,
): readonly { readonly image: string | undefined; readonly where: string }[] {
  return podTemplates(object).flatMap((pod) => [
    ...containersOf(pod).map(({ image, name, role }) => ({
      image,
      where: `${role === 'containers' ? 'container' : role.slice(0, -1)} '${name}'`,
    })),
    ...imageVolumes(pod).map((image) => ({ image, where: 'an image volume' })),
  ]);
}

/** The one spelling of a reference; text that is none stands for itself. */
export function normal(image: string): string {
  try {
    return normalizeReference(image).normalized;
  } catch {
    return image;
  }
}
