import { PackageURL } from 'packageurl-js';
import type { JsonObject } from '../../oci/read-members.ts';
import type { Distro } from '../image-view.ts';
import type { FoundPackage } from '../inventory.ts';

/** What a package URL says of a package beside its name: enough for a matcher of vulnerabilities. */
export type ToldByPackageUrl = Pick<
  FoundPackage,
  'kind' | 'foreignKind' | 'metadataType' | 'metadata'
>;

/** Types of package URLs and what Syft calls such packages. @see purl-spec, types */
const words: Readonly<Record<string, string>> = {
  maven: 'java-archive',
  gem: 'gem',
  nuget: 'dotnet',
  cargo: 'rust-crate',
  composer: 'php-composer',
  conan: 'conan',
  cran: 'R-package',
  hex: 'hex',
  pub: 'dart-pub',
  swift: 'swift',
  hackage: 'hackage',
  alpm: 'alpm',
  generic: 'binary',
};
const unknown = 'UnknownPackage';

/** Undefined for what is no package URL. */
export function parsePackageUrl(text: string): PackageURL | undefined {
  try {
    return PackageURL.fromString(text);
  } catch {
    return undefined;
  }
}

/**
 * Kind and metadata of a package that a document names by its package URL.
 * @param word what the document itself calls its kind, where it does
 */
export function toldByPackageUrl(
  url: PackageURL | undefined,
  { name, version }: { readonly name: string; readonly version: string },
  word = '',
): ToldByPackageUrl {
  const more = (key: string): string => url?.qualifiers?.[key] ?? '';
  const [upstream = '', upstreamVersion = ''] = more('upstream').split('@');
  const told = (
    kind: FoundPackage['kind'],
    metadataType = '',
    metadata: JsonObject = {},
  ): ToldByPackageUrl => ({ kind, metadataType, metadata });
  switch (url?.type ?? '') {
    case 'deb':
      return told('deb', 'dpkg-db-entry', {
        package: name,
        source: upstream,
        version,
        sourceVersion: upstreamVersion,
        architecture: more('arch'),
        maintainer: '',
        installedSize: 0,
        files: [],
      });
    case 'apk':
      return told('apk', 'apk-db-entry', {
        package: name,
        originPackage: upstream,
        maintainer: '',
        version,
        architecture: more('arch'),
        url: '',
        description: '',
        size: 0,
        installedSize: 0,
        pullDependencies: [],
        provides: [],
        pullChecksum: '',
        gitCommitOfApkPort: '',
        files: [],
      });
    case 'rpm': {
      const plain = version.replace(/^\d+:/, '');
      const dash = plain.lastIndexOf('-');
      const epoch = more('epoch');
      return told('rpm', 'rpm-db-entry', {
        name,
        version: dash < 0 ? plain : plain.slice(0, dash),
        epoch: /^\d+$/.test(epoch) ? Number(epoch) : null,
        architecture: more('arch'),
        release: dash < 0 ? '' : plain.slice(dash + 1),
        sourceRpm: more('upstream'),
        size: 0,
        vendor: '',
        files: [],
      });
    }
    case 'pypi':
      return told('python');
    case 'npm':
      return told('npm');
    case 'golang':
      return told('go-module');
    default: {
      if (word === 'model' || word === 'binary') return told(word);
      const foreignKind = word === '' ? (words[url?.type ?? ''] ?? unknown) : word;
      return { ...told('other'), foreignKind };
    }
  }
}

/** The distribution that package URLs of systems name: `distro=debian-12`. */
export function distroIn(urls: readonly (PackageURL | undefined)[]): Distro | undefined {
  for (const url of urls) {
    const distro = url?.qualifiers?.['distro'] ?? '';
    const dash = distro.lastIndexOf('-');
    if (dash > 0) return distroNamed(distro.slice(0, dash), distro.slice(dash + 1));
  }
  return undefined;
}

export function distroNamed(id: string, versionId: string, prettyName = ''): Distro {
  return {
    id,
    versionId,
    fields: {
      ID: id,
      ...(versionId === '' ? {} : { VERSION_ID: versionId }),
      ...(prettyName === '' ? {} : { PRETTY_NAME: prettyName }),
    },
  };
}
