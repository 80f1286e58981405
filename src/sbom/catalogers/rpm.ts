import type { ImageView, SeenFile } from '../image-view.ts';
import type { FoundPackage } from '../inventory.ts';
import { licenceClaims } from '../licences/licence-claim.ts';
import { packageUrl } from '../package-url.ts';
import type { Cataloger } from './cataloger.ts';
import { placeOf, plainCpe } from './found.ts';
import { type RpmPackage, readRpmHeader } from './rpm-header.ts';
import { sqliteTable } from './sqlite-table.ts';

const databasePath =
  /(?:^|\/)(?:var\/lib|usr\/lib\/sysimage|usr\/share)\/rpm\/rpmdb\.sqlite(-wal)?$/;

/** Packages of Fedora, Red Hat, SUSE and what descends from them, from databases of the sqlite kind. */
export const rpmCataloger: Cataloger = {
  id: 'rpm',
  wants({ path, type, size }) {
    const match = type === 'file' ? databasePath.exec(path) : null;
    if (match === null) return undefined;
    if (match[1] !== undefined)
      return size === 0
        ? undefined
        : {
            how: 'passing',
            taker: {
              push: () => undefined,
              end: () => ({
                kind: 'fault',
                message:
                  'a write-ahead log lies beside the rpm database; what it holds is not read',
              }),
            },
          };
    return {
      how: 'whole',
      maxBytes: 512 * 2 ** 20,
      read: (content) => ({ kind: 'rpm-database', packages: [...packagesIn(content)] }),
    };
  },
  packages(view) {
    const found = new Map<string, FoundPackage>();
    for (const file of view.files('rpm-database')) {
      const providers = new Map<string, RpmPackage>();
      for (const entry of file.facts.packages)
        for (const name of [...entry.provides, ...entry.files.map((path) => `/${path}`)])
          providers.set(name, entry);
      for (const entry of file.facts.packages) {
        const purl = purlOf(entry, view);
        if (!found.has(purl)) found.set(purl, toPackage(entry, file, view, providers));
      }
    }
    return [...found.values()];
  },
};

function* packagesIn(content: Buffer): Generator<RpmPackage> {
  for (const row of sqliteTable(content, 'Packages')) {
    // The number of the header is the row id; what is stored is the header.
    const blob = row.find((column) => column instanceof Uint8Array);
    if (!(blob instanceof Uint8Array)) continue;
    const entry = readRpmHeader(Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength));
    // Keys of signers lie among the packages.
    if (entry !== undefined && entry.name !== 'gpg-pubkey') yield entry;
  }
}

function versionOf({ version, release, epoch }: RpmPackage): string {
  return `${epoch === undefined ? '' : `${epoch}:`}${version}${release === '' ? '' : `-${release}`}`;
}

function purlOf(entry: RpmPackage, { distro }: ImageView): string {
  const { version, release, epoch } = entry;
  return packageUrl(
    'rpm',
    distro?.id === 'rhel' ? 'redhat' : distro?.id,
    entry.name,
    release === '' ? version : `${version}-${release}`,
    {
      arch: entry.architecture === '' ? undefined : entry.architecture,
      distro:
        distro === undefined
          ? undefined
          : [distro.id, distro.versionId].filter((part) => part !== '').join('-'),
      epoch: epoch === undefined ? undefined : String(epoch),
      upstream: entry.sourceRpm,
    },
  );
}

function toPackage(
  entry: RpmPackage,
  file: SeenFile<'rpm-database'>,
  view: ImageView,
  providers: ReadonlyMap<string, RpmPackage>,
): FoundPackage {
  const needs = entry.requires.flatMap((need) => {
    const provider = providers.get(need);
    return provider === undefined || provider === entry ? [] : [purlOf(provider, view)];
  });
  return {
    kind: 'rpm',
    cataloger: 'rpm',
    name: entry.name,
    version: versionOf(entry),
    purl: purlOf(entry, view),
    cpes: [plainCpe(entry.name, versionOf(entry))],
    licences: licenceClaims(entry.licence === '' ? [] : [entry.licence]),
    ...(entry.vendor === '' ? {} : { supplier: entry.vendor }),
    ...(entry.summary === '' ? {} : { description: entry.summary }),
    ...(entry.url === '' ? {} : { homepage: entry.url }),
    locations: [placeOf(file, true)],
    owns: [...new Set(entry.files)].sort(),
    metadataType: 'rpm-db-entry',
    metadata: {
      name: entry.name,
      version: entry.version,
      epoch: entry.epoch ?? null,
      architecture: entry.architecture,
      release: entry.release,
      sourceRpm: entry.sourceRpm,
      size: entry.size,
      vendor: entry.vendor,
      ...(entry.modularityLabel === '' ? {} : { modularityLabel: entry.modularityLabel }),
      ...(entry.provides.length === 0 ? {} : { provides: entry.provides }),
      ...(entry.requires.length === 0 ? {} : { requires: entry.requires }),
      files: [],
    },
    dependsOn: [...new Set(needs)].sort(),
  };
}
