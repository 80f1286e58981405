import { parseJsonStrict } from '../support/json-document.ts';
import { type Box, boxesOf, boxOf, textOf } from '../zarf/deployed-object.ts';

/** Sizes of a release, in bytes, as its report or its lock file tells them. */
export interface PreviousRelease {
  /** Path it was read from. */
  readonly origin: string;
  readonly images: readonly SizedImage[];
  /** Payload files by path. */
  readonly payloads: readonly { readonly path: string; readonly size: number }[];
  /** Archives by name of the package or bundle; only a report knows them. */
  readonly archives: readonly SizedArchive[];
}

export interface SizedImage {
  readonly reference: string;
  readonly size: number;
  /** Lowest first; undefined where only the whole is known. */
  readonly layers: readonly { readonly digest: string; readonly size: number }[] | undefined;
}

export interface SizedArchive {
  readonly kind: 'package' | 'bundle';
  readonly name: string;
  readonly size: number;
}

const limits = { maxBytes: 2 ** 28, maxDepth: 64 };

/**
 * Reads `report.json` or `cowa-release.lock.json`, whichever it is; undefined when it is neither.
 * Members it does not need are not judged.
 */
export function parsePreviousRelease(
  bytes: Uint8Array,
  origin: string,
): PreviousRelease | undefined {
  const read = parseJsonStrict(bytes, limits);
  const document = 'value' in read ? boxOf(read.value) : undefined;
  if (document === undefined) return undefined;
  if (document['schema'] === 'cowa-release/lock/v1') return fromLock(document, origin);
  if (document['schema'] === 'cowa-release/release-report/v1') return fromReport(document, origin);
  return undefined;
}

function fromLock(lock: Box, origin: string): PreviousRelease {
  const flavors = boxesOf(Object.values(boxOf(lock['flavors']) ?? {}));
  const images = flavors.flatMap((flavor) => boxesOf(flavor['images'])).map(imageOf);
  const payloads = flavors.flatMap((flavor) => boxesOf(flavor['payloads'])).map(fileOf);
  return {
    origin,
    images: once(images, ({ reference }) => reference),
    payloads: once(payloads, ({ path }) => path),
    archives: [],
  };
}

function fromReport(report: Box, origin: string): PreviousRelease {
  const archives = boxesOf(report['archives']).map((each): SizedArchive => {
    const archive = boxOf(each['archive']);
    const size = sizeOf(archive);
    return textOf(archive?.['format']).startsWith('uds')
      ? { kind: 'bundle', name: bundleName(textOf(archive?.['name'])), size }
      : { kind: 'package', name: textOf(boxesOf(each['packages'])[0]?.['name']), size };
  });
  return {
    origin,
    images: boxesOf(report['images']).map(imageOf),
    payloads: boxesOf(report['payloads']).map(fileOf),
    archives: once(archives, ({ kind, name }) => `${kind} ${name}`),
  };
}

/** `uds-bundle-<name>-<arch>-<version>.tar.zst`. */
function bundleName(file: string): string {
  return /^uds-bundle-(.+)-(?:amd64|arm64|multi)-/.exec(file)?.[1] ?? file;
}

function imageOf(image: Box): SizedImage {
  const layers = boxesOf(image['layers']).map((layer) => ({
    digest: textOf(layer['digest']),
    size: sizeOf(layer),
  }));
  const known = Array.isArray(image['layers']);
  const size = known
    ? sizeOf(image) + sizeOf(boxOf(image['config'])) + total(layers)
    : sizeOf(image);
  return { reference: textOf(image['reference']), size, layers: known ? layers : undefined };
}

function fileOf(file: Box): { readonly path: string; readonly size: number } {
  return { path: textOf(file['path']), size: sizeOf(file) };
}

function sizeOf(box: Box | undefined): number {
  const size = box?.['size'];
  return typeof size === 'number' ? size : 0;
}

function total(things: readonly { readonly size: number }[]): number {
  return things.reduce((sum, { size }) => sum + size, 0);
}

function once<T>(things: readonly T[], key: (thing: T) => string): readonly T[] {
  return [...new Map(things.map((thing) => [key(thing), thing])).values()];
}
