import { compareVersions, matchesRange, parseVersion } from '../helm/semantic-version.ts';
import { type Digest, digestFromHex } from '../oci/digest.ts';
import type { WebSource } from '../ports/web-source.ts';
import type { Run } from '../support/run.ts';
import { parseYaml } from '../support/yaml-document.ts';
import { RemoteInputError } from './input-error.ts';

/** Entries of the index of a chart repository, by the name of a chart. */
export type HelmIndex = ReadonlyMap<string, readonly unknown[]>;

/** Repositories of vendors list thousands of versions; there is no reason for aliases. */
const limits = {
  maxBytes: 64 * 2 ** 20,
  maxDepth: 64,
  maxAliasedValues: 1000,
  maxTokens: 20_000_000,
};

/**
 * What a chart repository lists.
 * @throws RemoteInputError INPUT_DOCUMENT; FetchError, FetchContentError
 * @see Helm documentation, "The chart repository guide"
 */
export async function repositoryIndex(
  repository: string,
  { web }: { readonly web: WebSource },
  run: Run,
): Promise<HelmIndex> {
  const address = `${repository.replace(/\/+$/, '')}/index.yaml`;
  const { bytes } = await web.page(address, { maxBytes: limits.maxBytes }, run);
  const { documents, problems } = parseYaml(bytes, limits);
  const entries: unknown = Reflect.get(Object(documents[0]?.value), 'entries');
  if (typeof entries !== 'object' || entries === null) {
    const why = problems[0] === undefined ? 'it has no entries' : problems[0].message;
    throw new RemoteInputError(
      'INPUT_DOCUMENT',
      `${address} is no index of a chart repository: ${why}`,
      { suggestions: ['Name the repository as `helm repo add` takes it'] },
    );
  }
  return new Map(
    Object.entries(entries).map(([name, listed]: readonly [string, unknown]) => [
      name,
      Array.isArray(listed) ? listed : [],
    ]),
  );
}

/**
 * Where a version of a chart lies, and its digest where the index tells. Of a range the highest version is taken, as
 * Helm does, unless it is known which one is meant.
 * @throws RemoteInputError INPUT_NOT_FOUND, INPUT_DOCUMENT
 */
export function findInIndex(
  index: HelmIndex,
  {
    address,
    repository,
    name,
    version,
    promised,
  }: {
    readonly address: string;
    readonly repository: string;
    readonly name: string;
    /** Or a range, such as `^1.2`. */
    readonly version: string;
    /** Of the packed chart, where a lock says it. */
    readonly promised?: Digest | undefined;
  },
): { readonly version: string; readonly url: string; readonly digest?: Digest } {
  const listed = index.get(name);
  if (listed === undefined) {
    const names = [...index.keys()].sort().slice(0, 12).join(', ');
    throw missing(`${address}: the repository has no chart '${name}'; it has ${names || 'none'}`);
  }
  const plain = (text: unknown): string => (typeof text === 'string' ? text.replace(/^v/, '') : '');
  const versionOf = (each: unknown): string => plain(Reflect.get(Object(each), 'version'));
  const entry =
    listed.find((each) => versionOf(each) === plain(version)) ??
    inRange(listed, version, versionOf).find(
      (each, _at, all) =>
        !all.some((other) => digestOf(other) === promised) || digestOf(each) === promised,
    );
  if (entry === undefined) {
    const some = listed.map(versionOf).slice(0, 12).join(', ');
    throw missing(`${address}: the repository has no such version; it has ${some || 'none'}`);
  }
  const [url]: readonly unknown[] = [Reflect.get(Object(entry), 'urls')].flat();
  const base = `${repository.replace(/\/+$/, '')}/`;
  if (typeof url !== 'string' || !URL.canParse(url, base))
    throw new RemoteInputError('INPUT_DOCUMENT', `${address}: the index names no address of it`);
  const digest = digestOf(entry);
  return {
    url: new URL(url, base).href,
    version: versionOf(entry),
    ...(digest === undefined ? {} : { digest }),
  };
}

function digestOf(entry: unknown): Digest | undefined {
  const hex: unknown = Reflect.get(Object(entry), 'digest');
  const known = typeof hex === 'string' && /^(?:sha256:)?[0-9a-f]{64}$/.test(hex);
  return known ? digestFromHex(hex.replace(/^sha256:/, '')) : undefined;
}

/** What lies in a range, highest first; nothing where it is no range. */
function inRange(
  listed: readonly unknown[],
  range: string,
  versionOf: (entry: unknown) => string,
): readonly unknown[] {
  return listed
    .flatMap((entry) => {
      const version = parseVersion(versionOf(entry));
      return version !== undefined && matchesRange(version, range) === true
        ? [{ entry, version }]
        : [];
    })
    .sort((a, b) => compareVersions(b.version, a.version))
    .map(({ entry }) => entry);
}

function missing(message: string): RemoteInputError {
  return new RemoteInputError('INPUT_NOT_FOUND', message, {
    suggestions: ['Write one of these names and versions, or a range that holds one'],
  });
}
