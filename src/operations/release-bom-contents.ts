import type { PackageFacts } from '../checks/facts.ts';
import { imageSboms } from '../checks/image-sboms.ts';
import { unseenDocuments } from '../checks/sbom-facts.ts';
import { isExpression } from '../sbom/licences/licence-claim.ts';
import type { PackagedSbom } from '../sbom/packaged-sbom.ts';
import type { BomDocument, BomFile, BomImage, BomPackage } from '../sbom/release-bom.ts';
import { authorOf } from '../sbom/sbom-author.ts';
import { sbomFileName } from '../sbom/sbom-names.ts';
import type { DocumentNames } from './read-sbom-documents.ts';

/**
 * What a package carries, for the documents about the whole archive.
 * @param own names of documents of ours in its `sboms.tar`, by path
 */
export function bomPackage(
  each: PackageFacts,
  own: ReadonlyMap<string, DocumentNames>,
): BomPackage | undefined {
  const definition = each.definition?.definition;
  const digest = each.files.get('zarf.yaml')?.digest;
  if (definition === undefined || digest === undefined) return undefined;
  const { metadata, components = [], build } = definition;
  const carried = components.filter(
    ({ name }) => each.leftOut?.has(`components/${name}.tar`) !== true,
  );
  return {
    name: metadata.name,
    version: metadata.version ?? '',
    architecture: build?.architecture ?? metadata.architecture ?? '',
    description: metadata.description ?? '',
    author: authorOf(metadata),
    digest,
    images: imageSboms(each).map(({ name, image, sbom }) => ({
      reference: name,
      digest: image.descriptor.digest,
      architecture: image.platform?.architecture ?? '',
      ...saidOf(image.labels?.labels ?? {}),
      ...(sbom === undefined ? {} : { document: documentOf(sbom, own) }),
    })),
    charts: carried.flatMap(({ name: component, charts = [] }) =>
      charts.map(({ name, version = '', url = '' }) => ({ component, name, version, url })),
    ),
    files: carried.flatMap(({ name }) => fileOf(name, each, own)),
    repositories: [...new Set(carried.flatMap(({ repos = [] }) => repos))],
  };
}

/** What an image says of who supplies it and under which licence; words that are no expression say nothing. */
function saidOf({
  vendor = '',
  licenses = '',
}: Readonly<Record<string, string>>): Pick<BomImage, 'supplier' | 'licence'> {
  return {
    ...(vendor === '' ? {} : { supplier: vendor }),
    ...(isExpression(licenses) ? { licence: licenses } : {}),
  };
}

/** True where the package may carry more than was seen. */
export function isPartial({ definition, images, sboms }: PackageFacts): boolean {
  return (
    definition?.definition === undefined ||
    (images?.unread.length ?? 0) > 0 ||
    (sboms !== undefined && unseenDocuments(sboms) !== undefined)
  );
}

function fileOf(
  component: string,
  { files, sboms, definition }: PackageFacts,
  own: ReadonlyMap<string, DocumentNames>,
): readonly BomFile[] {
  const path = `components/${component}.tar`;
  const digest = files.get(path)?.digest;
  if (digest === undefined) return [];
  const name = definition?.definition?.metadata.name ?? '';
  // Ours name the package, too; others only the component.
  const stems = [`zarf-component-${name}-${component}`, `zarf-component-${component}`];
  const paths = stems.map((stem) => sbomFileName(stem, 'syft'));
  const sbom = sboms?.documents.find(
    (each) => each.manifest === undefined && paths.includes(each.path),
  );
  return [{ path, digest, ...(sbom === undefined ? {} : { document: documentOf(sbom, own) }) }];
}

function documentOf(
  { path, digest, coverage }: PackagedSbom,
  own: ReadonlyMap<string, DocumentNames>,
): BomDocument {
  const names = own.get(path);
  const stem = path.replace(/\.json$/, '');
  return names === undefined
    ? { location: `sboms.tar/${path}`, digest, complete: coverage?.complete }
    : {
        location: `${stem}.cdx.json`,
        digest: names.cyclonedx,
        serial: names.serial,
        spdx: {
          namespace: names.namespace,
          location: `${stem}.spdx.json`,
          digest: names.spdx,
        },
        complete: coverage?.complete,
      };
}
