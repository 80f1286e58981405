import type { SeenFile } from '../image-view.ts';
import type { FoundPackage } from '../inventory.ts';
import { licenceClaims } from '../licences/licence-claim.ts';
import { packageUrl } from '../package-url.ts';
import type { Cataloger } from './cataloger.ts';
import { placeOf, plainCpe } from './found.ts';
import { readNpmManifest } from './npm-manifest.ts';

/** Installed modules of Node. */
export const npmCataloger: Cataloger = {
  id: 'npm',
  wants({ path, type }) {
    if (type !== 'file' || !/(?:^|\/)package\.json$/.test(path)) return undefined;
    return {
      how: 'whole',
      maxBytes: 8 * 2 ** 20,
      read: (content) => {
        const manifest = readNpmManifest(content.toString('utf8'));
        if (manifest === undefined) return undefined;
        // Copies of modules inside others often lose it; without one nothing can be matched.
        return manifest.version === ''
          ? { kind: 'uncovered', ecosystem: 'Node modules without a version' }
          : { kind: 'npm-manifest', manifest };
      },
    };
  },
  packages(view) {
    const files = view.files('npm-manifest');
    const byFolder = new Map(files.map((file) => [folderOf(file.path), file]));
    return files.map((file) => toPackage(file, byFolder));
  },
};

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function purlOf(name: string, version: string): string {
  const [, scope, bare] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  return packageUrl('npm', scope, bare ?? name, version);
}

function toPackage(
  file: SeenFile<'npm-manifest'>,
  byFolder: ReadonlyMap<string, SeenFile<'npm-manifest'>>,
): FoundPackage {
  const { manifest } = file.facts;
  const { name, version, author, homepage, description, url } = manifest;
  const needs = manifest.dependencies.flatMap((needed) => {
    const found = neededBy(folderOf(file.path), needed, byFolder)?.facts.manifest;
    return found === undefined ? [] : [purlOf(found.name, found.version)];
  });
  const bare = name.replace(/^@[^/]+\//, '');
  return {
    kind: 'npm',
    cataloger: 'npm',
    name,
    version,
    purl: purlOf(name, version),
    cpes: [plainCpe(bare, version)],
    licences: licenceClaims(manifest.licences),
    ...(author === '' ? {} : { supplier: author }),
    ...(description === '' ? {} : { description }),
    ...(homepage === '' ? {} : { homepage }),
    locations: [placeOf(file, true)],
    metadataType: 'javascript-npm-package',
    metadata: {
      name,
      version,
      author,
      homepage,
      description,
      url,
      private: manifest.private,
    },
    dependsOn: [...new Set(needs)].sort(),
  };
}

/** Node looks in `node_modules` of the module itself, then of every folder above. */
function neededBy(
  folder: string,
  name: string,
  byFolder: ReadonlyMap<string, SeenFile<'npm-manifest'>>,
): SeenFile<'npm-manifest'> | undefined {
  for (let at = folder; ; at = folderOf(at)) {
    const found = byFolder.get(at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`);
    if (found !== undefined) return found;
    if (at === '') return undefined;
  }
}
