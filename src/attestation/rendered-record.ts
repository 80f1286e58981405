import { type Digest, isDigest } from '../oci/digest.ts';
import { integerOf, type Members, membersOf, predicateFault, textOf } from './predicate-members.ts';

/** What the charts and manifests of an archive render to with nothing but its defaults. */
export interface RenderedRecord {
  readonly renderer: { readonly name: string; readonly version: string; readonly sha256?: string };
  /** What it was rendered for; records of before this was said have none. */
  readonly cluster?: {
    /** `1.31`, or with the third number. */
    readonly kubernetes: string;
    /** Served beside Kubernetes' own: `group/version`, `group/version/Kind`; sorted. */
    readonly apiVersions: readonly string[];
  };
  readonly objects: number;
  /** SHA-256 over all objects, each as JSON with sorted keys, sorted. */
  readonly digest: Digest;
  /** That workloads name, as they name them, sorted. */
  readonly images: readonly string[];
  /** Files that could not be rendered. */
  readonly unread: number;
  /** Functions that were called and give something else every time, sorted. */
  readonly volatile: readonly string[];
}

/**
 * Reads such a record out of a release statement; unknown members are refused.
 * @throws StatementError STATEMENT_PREDICATE
 */
export function renderedOf(value: unknown, where: string): RenderedRecord {
  const names = ['renderer', 'objects', 'digest', 'images', 'unread', 'volatile'];
  const record = membersOf(value, names, ['cluster'], where);
  const needed = ['name', 'version'];
  const renderer = membersOf(record['renderer'], needed, ['sha256'], `${where}.renderer`);
  const { digest } = record;
  if (typeof digest !== 'string' || !isDigest(digest))
    throw predicateFault(`${where}.digest is no digest`);
  return {
    renderer: {
      name: textOf(renderer['name'], 'name', maxTextLength),
      version: textOf(renderer['version'], 'version', maxTextLength),
      ...(renderer['sha256'] === undefined
        ? {}
        : { sha256: textOf(renderer['sha256'], 'sha256', maxTextLength) }),
    },
    ...(record['cluster'] === undefined
      ? {}
      : { cluster: clusterOf(record['cluster'], `${where}.cluster`) }),
    objects: integerOf(record['objects'], 'objects', 0),
    digest,
    images: textsAt(record, 'images'),
    unread: integerOf(record['unread'], 'unread', 0),
    volatile: textsAt(record, 'volatile'),
  };
}

const maxTextLength = 1024;
const maxApiVersions = 2000;
const apiVersionPattern = /^[a-z0-9.-]{1,253}\/v[a-z0-9]{1,62}(?:\/[A-Z][A-Za-z0-9]{0,62})?$/;

function clusterOf(value: unknown, where: string): NonNullable<RenderedRecord['cluster']> {
  const names = ['kubernetes', 'apiVersions'];
  const cluster = membersOf(value, names, [], where);
  const kubernetes = textOf(cluster['kubernetes'], 'kubernetes', maxTextLength);
  if (!/^1\.[0-9]{1,3}(?:\.[0-9]{1,3})?$/.test(kubernetes))
    throw predicateFault(`${where}.kubernetes is no version of Kubernetes`);
  const apiVersions = textsAt(cluster, 'apiVersions');
  if (apiVersions.length > maxApiVersions)
    throw predicateFault(`${where}.apiVersions has more than ${maxApiVersions} items`);
  for (const [index, each] of apiVersions.entries()) {
    if (!apiVersionPattern.test(each))
      throw predicateFault(
        `${where}.apiVersions[${index}] is neither group/version nor group/version/Kind`,
      );
    if (index > 0 && (apiVersions[index - 1] ?? '') >= each)
      throw predicateFault(`${where}.apiVersions is not sorted`);
  }
  return { kubernetes, apiVersions };
}

function textsAt(object: Members, name: string): readonly string[] {
  const value = object[name];
  if (!Array.isArray(value) || value.length > 10_000)
    throw predicateFault(`${name} must be a list`);
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw predicateFault(`${name} must be a list of texts`);
    return item;
  });
}
