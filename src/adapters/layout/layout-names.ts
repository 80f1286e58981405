import { annotationKeys, type Descriptor, type Platform } from '../../oci/descriptor.ts';
import type { OciIndex } from '../../oci/image-index.ts';
import { OciError } from '../../oci/oci-error.ts';
import { type NormalizedReference, normalizeReference } from '../../oci/reference.ts';
import { LayoutError } from './layout-error.ts';
import type { LayoutFiles } from './layout-files.ts';
import { fits } from './layout-walk.ts';

const nameKeys = [annotationKeys.refName, annotationKeys.baseName, 'io.containerd.image.name'];

/**
 * The descriptor a reference means. Two different ones for one name are refused: which one would be
 * packed is chance.
 * @throws LayoutError LAYOUT_NAME_TWICE
 */
export function chooseEntry(
  index: OciIndex,
  wanted: NormalizedReference,
  platform: Platform,
  files: LayoutFiles,
): Descriptor | undefined {
  const named = index.manifests.filter(
    (entry) =>
      wanted.digest === entry.digest ||
      (wanted.digest === undefined && namesOf(entry).includes(wanted.normalized)),
  );
  const exact =
    named.length > 0
      ? named
      : index.manifests.filter(
          (entry) =>
            wanted.digest === undefined &&
            bareTagOf(entry) === wanted.tag &&
            index.manifests.length === 1,
        );
  const different = [...new Map(exact.map((entry) => [entry.digest, entry])).values()];
  if (different.length <= 1) return different[0];
  const fitting = different.filter((entry) => fits(entry.platform, platform));
  if (fitting.length === 1 && different.every((entry) => entry.platform !== undefined))
    return fitting[0];
  throw new LayoutError(
    'LAYOUT_NAME_TWICE',
    `${files.origin}: ${different.length} images are called ${wanted.normalized}: ${different.map(({ digest }) => digest).join(', ')}`,
    {
      suggestions: ['Name the one that is meant by digest, or remove the other from the layout'],
    },
  );
}

function namesOf({ annotations = {} }: Descriptor): readonly string[] {
  const texts = nameKeys.flatMap((key) =>
    annotations[key] === undefined ? [] : [annotations[key]],
  );
  // Anything may stand in an annotation; what is no full name is not one.
  return texts.filter((text) => text.includes('/')).flatMap((text) => fullName(text) ?? []);
}

function bareTagOf({ annotations = {} }: Descriptor): string | undefined {
  const text = annotations[annotationKeys.refName];
  return text?.includes('/') === true ? undefined : text;
}

function fullName(text: string): string | undefined {
  try {
    return normalizeReference(text).normalized;
  } catch (error) {
    if (error instanceof OciError) return undefined;
    throw error;
  }
}
