import type { ImageView, SeenFile } from '../image-view.ts';
import type { FoundPackage } from '../inventory.ts';
import { licenceClaims } from '../licences/licence-claim.ts';
import { packageUrl } from '../package-url.ts';
import type { Cataloger } from './cataloger.ts';
import { placeOf, plainCpe } from './found.ts';
import { normalizedPythonName, readPythonMetadata, readPythonRecord } from './python-metadata.ts';

const metadataPath = /(?:\.dist-info\/METADATA|\.egg-info\/PKG-INFO|\.egg-info)$/i;
const recordPath = /\.dist-info\/RECORD$/i;

/** Installed Python distributions: wheels (`dist-info`) and older ones (`egg-info`). */
export const pythonCataloger: Cataloger = {
  id: 'python',
  wants({ path, type }) {
    if (type !== 'file') return undefined;
    if (metadataPath.test(path))
      return {
        how: 'whole',
        maxBytes: 8 * 2 ** 20,
        read: (content) => {
          const metadata = readPythonMetadata(content.toString('utf8'));
          return metadata === undefined ? undefined : { kind: 'python-metadata', metadata };
        },
      };
    if (recordPath.test(path))
      return {
        how: 'whole',
        maxBytes: 64 * 2 ** 20,
        read: (content) => ({
          kind: 'python-files',
          files: readPythonRecord(content.toString('utf8')),
        }),
      };
    return undefined;
  },
  packages(view) {
    const files = view.files('python-metadata');
    const purls = new Map(
      files.map(({ facts: { metadata } }) => [
        normalizedPythonName(metadata.name),
        purlOf(metadata.name, metadata.version),
      ]),
    );
    return files.map((file) => toPackage(file, view, purls));
  },
};

function purlOf(name: string, version: string): string {
  return packageUrl('pypi', undefined, normalizedPythonName(name), version);
}

function toPackage(
  file: SeenFile<'python-metadata'>,
  view: ImageView,
  purls: ReadonlyMap<string, string>,
): FoundPackage {
  const { metadata } = file.facts;
  const { name, version } = metadata;
  const folder = file.path.slice(0, file.path.lastIndexOf('/'));
  const inFolder = /\.(?:dist|egg)-info$/i.test(folder);
  const root = inFolder ? parentOf(folder) : folder;
  const record = inFolder ? view.find(`${folder}/RECORD`, 'python-files') : undefined;
  const supplier = metadata.author || metadata.authorEmail;
  const needs = new Set<string>();
  for (const requirement of metadata.requires) {
    const [, needed = '', rest = ''] = /^([A-Za-z0-9._-]+)(.*)$/.exec(requirement) ?? [];
    const purl = purls.get(normalizedPythonName(needed));
    // What only an extra asks for is not needed.
    if (purl !== undefined && !/\bextra\s*==/.test(rest)) needs.add(purl);
  }
  return {
    kind: 'python',
    cataloger: 'python',
    name: normalizedPythonName(name),
    version,
    purl: purlOf(name, version),
    cpes: [plainCpe(name, version), plainCpe(name, version, `python-${name}`)],
    licences: licenceClaims(metadata.licences),
    ...(supplier === '' ? {} : { supplier }),
    ...(metadata.summary === '' ? {} : { description: metadata.summary }),
    ...(metadata.homepage === '' ? {} : { homepage: metadata.homepage }),
    locations: [placeOf(file, true), ...(record === undefined ? [] : [placeOf(record, false)])],
    owns: (record?.facts.files ?? []).flatMap((path) => resolved(root, path) ?? []).sort(),
    metadataType: 'python-package',
    metadata: {
      name,
      version,
      author: metadata.author,
      authorEmail: metadata.authorEmail,
      platform: metadata.platform,
      sitePackagesRootPath: `/${root}`,
      ...(metadata.requiresPython === '' ? {} : { requiresPython: metadata.requiresPython }),
      ...(metadata.requires.length === 0 ? {} : { requiresDist: metadata.requires }),
    },
    dependsOn: [...needs].sort(),
  };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Programs are recorded as `../../../bin/x`; what leads out of the image is nobody's. */
function resolved(root: string, path: string): string | undefined {
  const segments = path.startsWith('/') ? [] : root.split('/');
  for (const segment of path.split('/')) {
    if (segment === '..') {
      if (segments.pop() === undefined) return undefined;
    } else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}
