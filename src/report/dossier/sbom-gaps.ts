import type { DossierContents, DossierSbom } from './dossier-contents.ts';

/** A list of contents, and what it is of. */
export interface ListedContents {
  /** Reference of an image, or `package/component` of files. */
  readonly name: string;
  readonly sbom: DossierSbom;
}

/** What lists of contents say of themselves. */
export interface SbomGaps {
  /** Images, and sets of files that have a list: each once, however many archives carry it. */
  readonly of: number;
  /** References of images without a list. */
  readonly bare: readonly string[];
  /** Those that name what they do not cover. */
  readonly partial: readonly ListedContents[];
  /** Those that do not say whether they are complete. */
  readonly silent: readonly ListedContents[];
}

/** Which lists of contents, of images and of files of components, are missing, incomplete, or say nothing of it. */
export function sbomGaps({ images, files }: Pick<DossierContents, 'images' | 'files'>): SbomGaps {
  const listed = [
    ...images.map(({ reference, sbom }) => ({ name: reference, sbom })),
    ...files.map(({ package: owner, component, sbom }) => ({
      name: `${owner}/${component}`,
      sbom,
    })),
  ].flatMap(({ name, sbom }) => (sbom === undefined ? [] : [{ name, sbom }]));
  // A bundle carries the lists of its packages once more.
  const distinct = [
    ...new Map(listed.map((each) => [`${each.name} ${each.sbom.digest ?? ''}`, each])).values(),
  ];
  const bare = images.filter(({ sbom }) => sbom === undefined).map(({ reference }) => reference);
  return {
    of: bare.length + distinct.length,
    bare,
    partial: distinct.filter(({ sbom }) => (sbom.gaps?.length ?? 0) > 0),
    silent: distinct.filter(({ sbom }) => sbom.gaps === undefined),
  };
}
