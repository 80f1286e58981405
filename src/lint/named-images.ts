import { normalizeReference } from '../oci/reference.ts';
import {
  containersOf,
  type DeployedObject,
  imageVolumes,
  podTemplates,
} from '../zarf/deployed-object.ts';
import type { DeployedPackage } from './deployed-package.ts';

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

/** Images a package carries: from registries, and out of image archives. */
export function carriedImages({ definition }: DeployedPackage): readonly string[] {
  return definition.components.flatMap(({ images = [], imageArchives = [] }) => [
    ...images,
    ...imageArchives.flatMap((archive) => archive.images),
  ]);
}

/** Whether the repository of a reference is a create-time template that nobody gives a value here; a tag may be one. */
export function isOpenImage({ texts, file, find }: DeployedPackage, image: string): boolean {
  return (
    repositoryOf(image).includes('0.0.0') &&
    find(image) === undefined &&
    /###ZARF_PKG_(?:TMPL|VAR)_/.test(texts.get(file) ?? '')
  );
}

/** Without tag and digest. */
export function repositoryOf(reference: string): string {
  const bare = reference.split('@')[0] ?? '';
  const colon = bare.indexOf(':', bare.lastIndexOf('/'));
  return colon < 0 ? bare : bare.slice(0, colon);
}

/** The one spelling of a reference; text that is none stands for itself. */
export function normal(image: string): string {
  try {
    return normalizeReference(image).normalized;
  } catch {
    return image;
  }
}
