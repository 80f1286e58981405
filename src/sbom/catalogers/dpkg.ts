import type { ImageView, SeenFile } from '../image-view.ts';
import type { FoundAt, FoundPackage } from '../inventory.ts';
import { debianLicences } from '../licences/debian-copyright.ts';
import { licenceClaims } from '../licences/licence-claim.ts';
import type { OwnedFile } from '../owned-file.ts';
import { packageUrl } from '../package-url.ts';
import type { Cataloger } from './cataloger.ts';
import { type DpkgPackage, readDpkgStatus } from './dpkg-database.ts';
import { placeOf, plainCpe } from './found.ts';

const statusPath = /(?:^|\/)(?:var\/lib\/dpkg|usr\/lib\/opkg)\/status$/;
const statusFolder = /(?:^|\/)var\/lib\/dpkg\/status\.d\/[^/]+$/;
const listPath = /(?:^|\/)var\/lib\/dpkg\/info\/([^/]+)\.(md5sums|list|conffiles)$/;
const copyrightPath = /(?:^|\/)usr\/share\/doc\/([^/]+)\/copyright$/;

/** Packages of Debian and what descends from it. */
export const dpkgCataloger: Cataloger = {
  id: 'dpkg',
  wants({ path, type }) {
    if (type !== 'file') return undefined;
    if (statusPath.test(path) || (statusFolder.test(path) && !path.endsWith('.md5sums')))
      return {
        how: 'whole',
        maxBytes: 64 * 2 ** 20,
        read: (content) => ({
          kind: 'dpkg-status',
          packages: readDpkgStatus(content.toString('utf8')),
        }),
      };
    if (listPath.test(path) || (statusFolder.test(path) && path.endsWith('.md5sums')))
      return {
        how: 'whole',
        maxBytes: 32 * 2 ** 20,
        read: (content, at) => ({
          kind: 'dpkg-files',
          files: at.endsWith('.md5sums')
            ? readMd5sums(content.toString('utf8'))
            : readList(content.toString('utf8')),
        }),
      };
    if (copyrightPath.test(path))
      return {
        how: 'whole',
        maxBytes: 8 * 2 ** 20,
        read: (content) => ({
          kind: 'dpkg-copyright',
          licences: debianLicences(content.toString('utf8')),
        }),
      };
    return undefined;
  },
  packages(view) {
    const found = new Map<string, FoundPackage>();
    for (const file of view.files('dpkg-status')) {
      for (const entry of file.facts.packages) {
        const key = `${entry.name} ${entry.version} ${entry.architecture}`;
        if (!found.has(key)) found.set(key, toPackage(entry, file, view));
      }
    }
    return [...found.values()];
  },
};

function toPackage(
  entry: DpkgPackage,
  status: SeenFile<'dpkg-status'>,
  view: ImageView,
): FoundPackage {
  const root = status.path.replace(/(?:var\/lib\/dpkg|usr\/lib\/opkg)\/status(?:\.d\/.*)?$/, '');
  const lists = filesOf(entry, status, root, view);
  const copyright = view.find(`${root}usr/share/doc/${entry.name}/copyright`, 'dpkg-copyright');
  const { distro } = view;
  const upstream =
    entry.source === ''
      ? undefined
      : entry.sourceVersion === ''
        ? entry.source
        : `${entry.source}@${entry.sourceVersion}`;
  const locations: FoundAt[] = [
    placeOf(status, true),
    ...lists.files.map((file) => placeOf(file, false)),
    ...(copyright === undefined ? [] : [placeOf(copyright, false)]),
  ];
  return {
    kind: 'deb',
    cataloger: 'dpkg',
    name: entry.name,
    version: entry.version,
    purl: packageUrl('deb', distro?.id ?? 'debian', entry.name, entry.version, {
      arch: entry.architecture,
      distro:
        distro === undefined
          ? undefined
          : [distro.id, distro.versionId].filter((part) => part !== '').join('-'),
      upstream,
    }),
    cpes: [plainCpe(entry.name, entry.version)],
    licences: licenceClaims(copyright?.facts.licences ?? []),
    ...(entry.maintainer === '' ? {} : { supplier: entry.maintainer }),
    ...(entry.description === '' ? {} : { description: entry.description }),
    ...(entry.homepage === '' ? {} : { homepage: entry.homepage }),
    locations,
    owns: lists.owned.map(({ path }) => path),
    metadataType: 'dpkg-db-entry',
    metadata: {
      package: entry.name,
      source: entry.source,
      version: entry.version,
      sourceVersion: entry.sourceVersion,
      architecture: entry.architecture,
      maintainer: entry.maintainer,
      installedSize: entry.installedSize,
      ...(entry.description === '' ? {} : { description: entry.description }),
      ...(entry.provides.length === 0 ? {} : { provides: entry.provides }),
      ...(entry.dependencies.length === 0 ? {} : { depends: entry.dependencies }),
      files: lists.owned.map(({ path, digest }) => ({
        path: `/${path}`,
        ...(digest === undefined ? {} : { digest: { algorithm: 'md5', value: digest } }),
        isConfigFile: lists.configuration.has(path),
      })),
    },
  };
}

interface PackageFiles {
  readonly files: readonly SeenFile<'dpkg-files'>[];
  readonly owned: readonly OwnedFile[];
  readonly configuration: ReadonlySet<string>;
}

/** What the lists of a package name; multi-arch packages have the architecture in the file name. */
function filesOf(
  entry: DpkgPackage,
  status: SeenFile<'dpkg-status'>,
  root: string,
  view: ImageView,
): PackageFiles {
  const found = (suffix: string): SeenFile<'dpkg-files'> | undefined => {
    const folder = `${root}var/lib/dpkg/info/`;
    return (
      view.find(`${folder}${entry.name}:${entry.architecture}.${suffix}`, 'dpkg-files') ??
      view.find(`${folder}${entry.name}.${suffix}`, 'dpkg-files') ??
      (suffix === 'md5sums' ? view.find(`${status.path}.md5sums`, 'dpkg-files') : undefined)
    );
  };
  const sums = found('md5sums');
  const list = found('list');
  const conffiles = found('conffiles');
  const owned = new Map<string, OwnedFile>();
  for (const file of sums?.facts.files ?? []) owned.set(file.path, file);
  // The list names folders too; only what is there and no folder is a file.
  for (const file of [...(conffiles?.facts.files ?? []), ...(list?.facts.files ?? [])])
    if (!owned.has(file.path) && view.exists(file.path)) owned.set(file.path, file);
  return {
    files: [sums, list, conffiles].flatMap((file) => file ?? []),
    owned: [...owned.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    configuration: new Set((conffiles?.facts.files ?? []).map(({ path }) => path)),
  };
}

function readMd5sums(text: string): readonly OwnedFile[] {
  return text.split('\n').flatMap((line) => {
    const [, digest, path] = /^([0-9a-f]{32})\s+\*?(?:\.?\/)?(.+)$/.exec(line) ?? [];
    return digest === undefined || path === undefined ? [] : [{ path, digest }];
  });
}

/** `conffiles` lines may carry a flag before the path. */
function readList(text: string): readonly OwnedFile[] {
  return text.split('\n').flatMap((line) => {
    const [, path] = /^(?:remove-on-upgrade )?\/(.+)$/.exec(line) ?? [];
    return path === undefined || path === '.' ? [] : [{ path }];
  });
}
