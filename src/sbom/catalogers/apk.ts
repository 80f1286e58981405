import type { ImageView, SeenFile } from '../image-view.ts';
import type { FoundPackage } from '../inventory.ts';
import { licenceClaims } from '../licences/licence-claim.ts';
import { packageUrl } from '../package-url.ts';
import { type ApkPackage, readApkInstalled } from './apk-database.ts';
import type { Cataloger } from './cataloger.ts';
import { placeOf, plainCpe } from './found.ts';

/** Packages of Alpine and what descends from it. */
export const apkCataloger: Cataloger = {
  id: 'apk',
  wants({ path, type }) {
    if (type !== 'file' || !/(?:^|\/)lib\/apk\/db\/installed$/.test(path)) return undefined;
    return {
      how: 'whole',
      maxBytes: 128 * 2 ** 20,
      read: (content) => ({
        kind: 'apk-installed',
        packages: readApkInstalled(content.toString('utf8')),
      }),
    };
  },
  packages(view) {
    const found = new Map<string, FoundPackage>();
    for (const file of view.files('apk-installed')) {
      const providers = providersOf(file.facts.packages);
      for (const entry of file.facts.packages) {
        const key = `${entry.name} ${entry.version} ${entry.architecture}`;
        if (!found.has(key)) found.set(key, toPackage(entry, file, view, providers));
      }
    }
    return [...found.values()];
  },
};

function purlOf(entry: ApkPackage, { distro }: ImageView): string {
  return packageUrl('apk', distro?.id ?? 'alpine', entry.name, entry.version, {
    arch: entry.architecture,
    distro:
      distro === undefined
        ? undefined
        : [distro.id, distro.versionId].filter((part) => part !== '').join('-'),
    upstream: entry.origin === entry.name ? undefined : entry.origin,
  });
}

function providersOf(packages: readonly ApkPackage[]): ReadonlyMap<string, ApkPackage> {
  const providers = new Map<string, ApkPackage>();
  for (const entry of packages) for (const name of entry.provides) providers.set(bare(name), entry);
  for (const entry of packages) providers.set(entry.name, entry);
  return providers;
}

function bare(need: string): string {
  return need.replace(/[<>=~].*$/, '');
}

function toPackage(
  entry: ApkPackage,
  file: SeenFile<'apk-installed'>,
  view: ImageView,
  providers: ReadonlyMap<string, ApkPackage>,
): FoundPackage {
  const needs = entry.dependencies.flatMap((need) => {
    const provider = need.startsWith('!') ? undefined : providers.get(bare(need));
    return provider === undefined || provider === entry ? [] : [purlOf(provider, view)];
  });
  return {
    kind: 'apk',
    cataloger: 'apk',
    name: entry.name,
    version: entry.version,
    purl: purlOf(entry, view),
    cpes: [plainCpe(entry.name, entry.version)],
    licences: licenceClaims(alpineLicences(entry.licence)),
    ...(entry.maintainer === '' ? {} : { supplier: entry.maintainer }),
    ...(entry.description === '' ? {} : { description: entry.description }),
    ...(entry.url === '' ? {} : { homepage: entry.url }),
    locations: [placeOf(file, true)],
    owns: entry.files.map(({ path }) => path).sort(),
    metadataType: 'apk-db-entry',
    metadata: {
      package: entry.name,
      originPackage: entry.origin,
      maintainer: entry.maintainer,
      version: entry.version,
      architecture: entry.architecture,
      url: entry.url,
      description: entry.description,
      size: entry.size,
      installedSize: entry.installedSize,
      pullDependencies: entry.dependencies,
      provides: entry.provides,
      pullChecksum: entry.checksum,
      gitCommitOfApkPort: entry.commit,
      files: entry.files.map(({ path, digest }) => ({
        path: `/${path}`,
        ...(digest === undefined
          ? {}
          : { digest: { algorithm: "'Q1'+base64(sha1)", value: digest } }),
      })),
    },
    dependsOn: [...new Set(needs)].sort(),
  };
}

/** Older packages list licences with blanks between them, newer ones write an expression. */
function alpineLicences(text: string): readonly string[] {
  return /\b(?:AND|OR|WITH)\b/.test(text)
    ? [text]
    : text.split(/\s+/).filter((word) => word !== '');
}
