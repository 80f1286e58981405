import { type Digest, digestFromHex } from '../oci/digest.ts';
import type { JsonObject } from '../oci/read-members.ts';
import { parseJsonStrict } from '../support/json-document.ts';
import { object, objects, text } from '../support/lenient-json.ts';
import { coverageGaps } from './coverage-gaps.ts';
import { meantVersion } from './unknown-version.ts';

/** A package as a document of `sboms.tar` lists it. */
export interface ListedPackage {
  readonly name: string;
  /** Empty where the document has none. */
  readonly version: string;
  /** In Syft's words: `deb`, `python`, `go-module`. */
  readonly type: string;
  readonly purl: string;
  /** Each an SPDX expression where the document has one, else its own words; undefined: cannot be read. */
  readonly licences: readonly string[] | undefined;
}

/** What a document of `sboms.tar` says it could not look into. */
export interface SaidCoverage {
  readonly complete: boolean;
  /** In words, each with its number: `12 Java archives`. */
  readonly gaps: readonly string[];
}

/** A document of `sboms.tar`, as far as the single pass keeps it. */
export interface PackagedSbom {
  /** In `sboms.tar`. */
  readonly path: string;
  /** Of the document. */
  readonly digest: Digest;
  /** Manifest of the image it is about; undefined where it names none. */
  readonly manifest: string | undefined;
  /** Config of that image: Zarf leaves the manifest empty, and names this. Neither: it is about files. */
  readonly config: string | undefined;
  /** Digests of the plain layers it says that image has. */
  readonly layers: readonly string[];
  /** Program and version. */
  readonly tool: string;
  /** Distribution and version; empty where it names none. */
  readonly distro: string;
  /** Undefined where it does not say: other programs have no such words. */
  readonly coverage: SaidCoverage | undefined;
  /** Packages it lists; undefined where it has no list of them. */
  readonly count: number | undefined;
  /** Of these, such that cannot be read. */
  readonly unread: number;
  /** One row for each package that was read; undefined where they are more than is kept. */
  readonly rows: Uint8Array | undefined;
}

const maxBytes = 64 * 2 ** 20;

/**
 * Reads what the single pass kept of one document. The packages stay bytes until they are asked for: a
 * bundle may list a hundred thousand.
 * @param kept two lines, as `readSbomOutlines` writes them
 * @returns undefined for what is not one whole document
 */
export function parsePackagedSbom(path: string, kept: Uint8Array): PackagedSbom | undefined {
  const end = kept.indexOf(0x0a);
  const { value } = parseJsonStrict(kept.subarray(0, end), { maxBytes, maxDepth: 64 });
  const { source, distro, descriptor, artifacts, unread, sha256, whole } = object(value);
  if (whole !== true || typeof sha256 !== 'string') return undefined;
  const { manifestDigest, imageID, layers } = object(object(source)['metadata']);
  const digests = (Array.isArray(layers) ? layers : []).map((layer) => object(layer)['digest']);
  const { name, version, configuration } = object(descriptor);
  const rows = kept.subarray(end + 1);
  return {
    path,
    digest: digestFromHex(sha256),
    manifest: named(manifestDigest),
    config: named(imageID),
    layers: digests.filter((digest) => typeof digest === 'string'),
    tool: [name, version].filter((part) => typeof part === 'string').join(' '),
    distro: distroOf(object(distro)),
    coverage: saidCoverage(object(configuration)['coverage']),
    count: typeof artifacts === 'number' ? artifacts : undefined,
    unread: typeof unread === 'number' ? unread : 0,
    rows: rows.length === 0 ? undefined : rows,
  };
}

/** The packages of a document, in its order; undefined where they are more than is kept, or no list. */
export function listedPackages({ rows }: PackagedSbom): readonly ListedPackage[] | undefined {
  if (rows === undefined) return undefined;
  // Written by the pass itself a moment ago.
  const list: unknown = JSON.parse(Buffer.from(rows).toString('utf8'));
  return (Array.isArray(list) ? list : []).map((row: unknown): ListedPackage => {
    const [name, version, type, purl, licences]: unknown[] = Array.isArray(row) ? row : [];
    return {
      name: String(name),
      version: meantVersion(String(version)),
      type: String(type),
      purl: String(purl),
      licences: Array.isArray(licences) ? licences.map(String) : undefined,
    };
  });
}

function named(digest: unknown): string | undefined {
  return typeof digest === 'string' && digest !== '' ? digest : undefined;
}

function distroOf({ prettyName, id, versionID }: JsonObject): string {
  if (typeof prettyName === 'string' && prettyName !== '') return prettyName;
  return [id, versionID].filter((part) => typeof part === 'string').join(' ');
}

/** Only documents of this program say it, in these words; about lists of other makers it knows nothing. */
export function saidCoverage(coverage: unknown): SaidCoverage | undefined {
  const { untold, uncovered, faults, binaries, unexplainedBinaries } = object(coverage);
  if (
    untold === true ||
    !Array.isArray(uncovered) ||
    !Array.isArray(faults) ||
    typeof unexplainedBinaries !== 'number'
  )
    return undefined;
  const gaps = coverageGaps({
    uncovered: objects(uncovered).map(({ count, ecosystem }) => ({
      count: Number(count),
      ecosystem: text(ecosystem),
    })),
    faults,
    binaries: Number(binaries),
    unexplainedBinaries,
  });
  return { complete: gaps.length === 0, gaps };
}
