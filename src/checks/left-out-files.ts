import { hexOf } from '../oci/digest.ts';
import { OciError } from '../oci/oci-error.ts';
import { normalizeReference } from '../oci/reference.ts';
import type { Component } from '../zarf/definition.ts';
import type { PackageFacts } from './facts.ts';

const blobFolder = 'images/blobs/sha256/';

/**
 * Paths of a package that no selected component needs: tars of the others, and image blobs that no
 * image of a selected component leads to. A bundle may leave them out.
 * @param declared paths that the package manifest names, beside those of checksums.txt
 */
export function leftOutFiles(
  facts: PackageFacts,
  selected: ReadonlySet<string>,
  declared: Iterable<string>,
): ReadonlySet<string> {
  const components = facts.definition?.definition?.components ?? [];
  const unselected = components.filter(({ name }) => !selected.has(name));
  if (unselected.length === 0) return new Set();
  const paths = new Set([...declared, ...(facts.checksums?.lines ?? []).map(({ path }) => path)]);
  const tars = unselected.map(({ name }) => `components/${name}.tar`);
  const needed = neededBlobs(
    facts,
    components.filter(({ name }) => selected.has(name)),
  );
  const blobs = [...paths].filter((path) => path.startsWith(blobFolder) && !needed.has(path));
  return new Set([...tars.filter((path) => paths.has(path)), ...blobs]);
}

/** Image names of a component as the layout keys them. */
export function imageNamesOf(component: Component): readonly string[] {
  const archived = (component.imageArchives ?? []).flatMap(({ images }) => images);
  return [...(component.images ?? []), ...archived].map(normalized);
}

function neededBlobs(facts: PackageFacts, components: readonly Component[]): ReadonlySet<string> {
  const names = new Set(components.flatMap(imageNamesOf));
  const needed = new Set<string>();
  for (const { descriptor, name, manifests } of facts.images?.roots ?? []) {
    if (name === undefined || !names.has(normalized(name))) continue;
    const blobs = manifests.flatMap((each) => [
      each.descriptor,
      ...(each.config === undefined ? [] : [each.config]),
      ...each.layers,
    ]);
    for (const { digest } of [descriptor, ...blobs]) needed.add(`${blobFolder}${hexOf(digest)}`);
  }
  return needed;
}

function normalized(name: string): string {
  try {
    return normalizeReference(name).normalized;
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    return name;
  }
}
