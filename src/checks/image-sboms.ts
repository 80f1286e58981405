import { type PackagedSbom, parsePackagedSbom } from '../sbom/packaged-sbom.ts';
import type { PackageFacts, PackageFile } from './facts.ts';
import { type SbomFacts, unseenDocuments } from './sbom-facts.ts';
import { type SbomSubjects, sbomSubjects } from './sbom-subjects.ts';

/** An image of a package, and the document about it. */
export interface ImageSbom {
  /** As the package calls it. */
  readonly name: string;
  readonly image: SbomSubjects['images'][number]['manifest'];
  /** The document about exactly this manifest; of several the last, as readers have it. */
  readonly sbom: PackagedSbom | undefined;
  /** Where there is none: why nobody can say that there is none. */
  readonly because?: string;
}

/** Reads the documents of one package; undefined where it carries none. */
export function gatherSboms(files: ReadonlyMap<string, PackageFile>): SbomFacts | undefined {
  const file = files.get('sboms.tar');
  if (file?.digest === undefined) return undefined;
  const { nested } = file;
  if (nested === undefined)
    return {
      documents: [],
      broken: [],
      tooLarge: [],
      fault: 'sboms.tar is no flat tar that this program reads',
    };
  const documents: PackagedSbom[] = [];
  const broken: string[] = [];
  for (const path of [...nested.files.keys()].sort()) {
    const sbom = parsePackagedSbom(path, nested.files.get(path) ?? new Uint8Array(0));
    if (sbom === undefined) broken.push(path);
    else documents.push(sbom);
  }
  return { documents, broken, tooLarge: nested.tooLarge, fault: nested.fault };
}

/**
 * Every container image of a package, each platform once, with the document of `sboms.tar` that is about it.
 * `listedPackages` reads the packages of a document.
 */
export function imageSboms(each: PackageFacts): readonly ImageSbom[] {
  const { sboms } = each;
  const because = sboms === undefined ? undefined : unseenDocuments(sboms);
  return sbomSubjects(each).images.map(({ name, manifest }) => {
    const sbom = sboms?.documents.findLast((document) => isAbout(document, manifest));
    return {
      name,
      image: manifest,
      sbom,
      ...(sbom === undefined && because !== undefined ? { because } : {}),
    };
  });
}

/** What a document says it is about, as far as it names an image. */
export type NamedImage = Pick<PackagedSbom, 'manifest' | 'config'>;

/** Whether a document says that it is about an image; others are about files. */
export function isAboutImage({ manifest, config }: NamedImage): boolean {
  return manifest !== undefined || config !== undefined;
}

/** Whether it is about this very image: by its manifest, where it names one, else by its config. */
export function isAbout(
  { manifest, config }: NamedImage,
  image: SbomSubjects['images'][number]['manifest'],
): boolean {
  return manifest === undefined
    ? config !== undefined && config === image.config?.digest
    : manifest === image.descriptor.digest;
}
