import type { ArchiveFormat } from './facts.ts';

/**
 * What an archive is, by the names of its entries alone: nobody is asked, and no field is believed.
 * `unknown` when it is none of the formats, or a package and a bundle at once, since two programs
 * would then read two different things.
 * @see shared references of the Zarf package format, 2, and of the UDS bundle format, 2 to 4
 */
export function detectFormat(survey: {
  readonly entries: readonly { readonly path: string }[];
}): ArchiveFormat {
  const paths = survey.entries.map((entry) => entry.path);
  const named = (path: string): boolean => paths.includes(path);
  const below = (folder: string): boolean => paths.some((path) => path.startsWith(`${folder}/`));
  const isPackage = named('zarf.yaml');
  const isLegacy = named('index.json');
  const isNext = named('oci/index.json');
  if (isPackage) return isLegacy || isNext ? 'unknown' : 'zarf-package';
  if (isLegacy) return isNext ? 'uds-hybrid' : 'uds-legacy';
  if (isNext) return 'uds-next';
  // The entry that decides is absent, or reading ended before it: go by what surrounds it.
  if (named('checksums.txt') || below('components') || below('images')) return 'zarf-package';
  if (named('oci-layout') || below('blobs')) return below('oci') ? 'uds-hybrid' : 'uds-legacy';
  return below('oci') ? 'uds-next' : 'unknown';
}
