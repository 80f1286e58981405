import { annotationKeys, type Descriptor } from '../../oci/descriptor.ts';
import { parseIndex } from '../../oci/image-index.ts';
import { blobPath } from '../../oci/layout.ts';
import { normalizeReference } from '../../oci/reference.ts';
import { parseJsonStrict } from '../../support/json-document.ts';
import type { Run } from '../../support/run.ts';
import { below, bundledPackages } from './bundled-packages.ts';
import { LayoutError } from './layout-error.ts';
import { type LayoutFiles, readDocument } from './layout-files.ts';

/** What kind of place images lie in, and the references of all of them. */
export interface ListedImages {
  readonly kind: 'oci-layout' | 'docker-archive';
  /** The files, from where `index.json` or `manifest.json` lies. */
  readonly files: LayoutFiles;
  /** Each once, sorted. */
  readonly references: readonly string[];
  /** References by the names that stand in a layout, such as a bare tag; where two images have one, it is left out. */
  readonly byRefName: ReadonlyMap<string, string>;
}

/**
 * The same of a UDS bundle, package by package; of anything else the one place it is. Images that a package
 * of a bundle names and does not carry are left out.
 * @throws as `listImages`, `bundledPackages`
 */
export async function listPlaces(files: LayoutFiles, run: Run): Promise<readonly ListedImages[]> {
  const packages = await bundledPackages(files, run);
  if (packages.length === 0) return [await listImages(files, run)];
  const places: ListedImages[] = [];
  for (const each of packages) {
    const layout = below(each, 'images/');
    if ((await layout.size('index.json')) === undefined) continue;
    places.push({ kind: 'oci-layout', files: layout, ...(await inLayout(layout, run, 'carried')) });
  }
  return places;
}

/**
 * Every image of a layout, of a `docker save` archive, or of a Zarf package, whose images are a layout.
 * An image without a name is called by its digest.
 * @throws LayoutError LAYOUT_INVALID; OciError OCI_DOCUMENT_INVALID
 */
export async function listImages(files: LayoutFiles, run: Run): Promise<ListedImages> {
  for (const prefix of ['', 'images/']) {
    if ((await files.size(`${prefix}index.json`)) === undefined) continue;
    if ((await files.size(`${prefix}oci-layout`)) === undefined) continue;
    const layout = below(files, prefix);
    return { kind: 'oci-layout', files: layout, ...(await inLayout(layout, run)) };
  }
  if ((await files.size('manifest.json')) !== undefined)
    return {
      kind: 'docker-archive',
      files,
      references: await inArchive(files, run),
      byRefName: new Map(),
    };
  throw new LayoutError(
    'LAYOUT_INVALID',
    `${files.origin} is no OCI layout, no docker save archive and no package with images`,
    { suggestions: ['Name a folder or tar that holds index.json or manifest.json'] },
  );
}

async function inLayout(
  files: LayoutFiles,
  run: Run,
  which: 'all' | 'carried' = 'all',
): Promise<Pick<ListedImages, 'references' | 'byRefName'>> {
  const index = parseIndex(
    await readDocument(files, 'index.json', run),
    undefined,
    `${files.origin}/index.json`,
  );
  const entries: Descriptor[] = [];
  for (const entry of index.manifests)
    if (which === 'all' || (await files.size(blobPath(entry.digest))) !== undefined)
      entries.push(entry);
  const found = entries.map(({ annotations = {}, digest }) => {
    const name = annotations[annotationKeys.refName] ?? annotations[annotationKeys.baseName] ?? '';
    // A bare tag names nothing outside its layout.
    const reference = name.includes('/') ? normalizeReference(name).normalized : `image@${digest}`;
    return { name, reference };
  });
  const named = Map.groupBy(found, ({ name }) => name);
  named.delete('');
  return {
    references: [...new Set(found.map(({ reference }) => reference))].sort(),
    byRefName: new Map(
      [...named].flatMap(([name, same]) => {
        const [reference, another] = new Set(same.map((each) => each.reference));
        return reference === undefined || another !== undefined ? [] : [[name, reference] as const];
      }),
    ),
  };
}

async function inArchive(files: LayoutFiles, run: Run): Promise<readonly string[]> {
  const bytes = await readDocument(files, 'manifest.json', run);
  const { value } = parseJsonStrict(bytes, { maxBytes: 8 * 2 ** 20, maxDepth: 16 });
  const tags = (Array.isArray(value) ? value : []).flatMap((item: unknown): readonly unknown[] => {
    const list: unknown = Reflect.get(Object(item), 'RepoTags');
    return Array.isArray(list) ? list : [];
  });
  const names = tags.filter((tag) => typeof tag === 'string');
  return [...new Set(names.map((tag) => normalizeReference(tag).normalized))].sort();
}
