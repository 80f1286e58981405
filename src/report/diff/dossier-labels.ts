import type { Dossier } from '../dossier/dossier.ts';

/** What something is called in both of two releases. */
export interface DossierLabels {
  /** An archive, whose file name says its version: by the bundle or package it is. */
  archive(fileName: string): string;
  /** An image by its name, whatever its tag or digest; with the tag where one name has several. */
  image(reference: string): string;
}

/** Names without versions, so that the same thing of another version is the same thing. */
export function dossierLabels({ contents }: Pick<Dossier, 'contents'>): DossierLabels {
  const { bundles, packages, images } = contents;
  const names = new Map<string, string>();
  for (const { archive, name, architecture } of packages)
    if (!bundles.some((bundle) => bundle.archive === archive))
      names.set(archive, `package ${name}${suffix(architecture)}`);
  for (const { archive, name, architecture } of bundles)
    names.set(archive, `bundle ${name}${suffix(architecture)}`);
  const often = (list: readonly string[]): ReadonlySet<string> =>
    new Set(list.filter((each, index) => list.indexOf(each) !== index));
  const twice = often([...names.values()]);
  const bare = [...new Set(images.map(({ reference }) => reference))].map(imageName);
  const several = often(bare);
  return {
    archive: (fileName) => {
      // What lies beside an archive has its name in front, and its root is named by a mark behind it.
      const [base, rest] = splitName(fileName, names);
      const label = names.get(base);
      if (label === undefined || twice.has(label)) return fileName;
      return rest === '' || rest.startsWith('#') ? label : `${label}, ${rest.slice(1)}`;
    },
    image: (reference) => {
      const name = imageName(reference);
      return several.has(name) ? reference.replace(/@sha256:[0-9a-f]+$/, '') : name;
    },
  };
}

function splitName(
  fileName: string,
  names: ReadonlyMap<string, string>,
): readonly [base: string, rest: string] {
  for (const base of names.keys())
    if (fileName === base || fileName.startsWith(`${base}.`) || fileName.startsWith(`${base}#`))
      return [base, fileName.slice(base.length)];
  return [fileName, ''];
}

function suffix(architecture: string | undefined): string {
  return architecture === undefined || architecture === '' ? '' : ` ${architecture}`;
}

/** `registry.example/app:1.0@sha256:…` is `registry.example/app`. */
function imageName(reference: string): string {
  return reference.replace(/@sha256:[0-9a-f]+$/, '').replace(/:[^/:]+$/, '');
}
