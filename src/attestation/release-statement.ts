import { type Digest, hexOf, isDigest } from '../oci/digest.ts';
import { StatementError } from './attestation-error.ts';
import { parseStatement, type StatementSubject, statementType } from './statement.ts';

/** Predicate type of `release.intoto.jsonl`; the last part grows when the meaning of a member changes. */
export const releasePredicateType = 'https://cowabungaai.dev/attestations/release/v1';

/** One file that crosses. */
export interface ReleaseFile {
  readonly name: string;
  /** SHA-256 of the whole file. */
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Set for archives: what stays the same after a split, another compression or a registry in between. */
  readonly root?: {
    readonly kind: 'package' | 'bundle';
    /** package: SHA-256 of `zarf.yaml`; bundle: digest of the root manifest. */
    readonly digest: Digest;
  };
  /** Of archives: what it renders to, by its maker. */
  readonly rendered?: RenderedRecord;
}

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

/** What a release says of itself. */
export interface ReleaseIdentity {
  readonly product: string;
  readonly version: string;
  readonly flavor: string;
  /** Grows with every release of the product. */
  readonly counter: number;
  /** Seconds since 1970: SOURCE_DATE_EPOCH, never the clock. */
  readonly sourceDateEpoch: number;
  /** Sites it is meant for; undefined: no receiver is named. */
  readonly audience?: readonly string[];
}

export interface Release extends ReleaseIdentity {
  readonly files: readonly ReleaseFile[];
}

const rootSuffix = { package: '#zarf.yaml', bundle: '#manifest' } as const;

/** The statement over a whole release as JSON text: same release, same bytes. */
export function renderReleaseStatement(release: Release): string {
  const files = release.files.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const subject = files.flatMap(subjectsOf);
  const predicate = {
    product: release.product,
    version: release.version,
    flavor: release.flavor,
    counter: release.counter,
    createdFrom: release.sourceDateEpoch,
    ...(release.audience === undefined ? {} : { audience: release.audience.toSorted() }),
    contents: files.map((file) => ({
      name: file.name,
      kind: file.root?.kind ?? 'file',
      size: file.size,
      ...(file.root === undefined ? {} : { root: file.root.digest }),
      ...(file.rendered === undefined ? {} : { rendered: file.rendered }),
    })),
  };
  const text = JSON.stringify({
    _type: statementType,
    subject,
    predicateType: releasePredicateType,
    predicate,
  });
  // What we write must pass what we read: an invalid name or number is found before it is signed.
  parseReleaseStatement(Buffer.from(text));
  return text;
}

/**
 * Reads the verified payload of a release statement; unknown members are refused.
 * @throws StatementError STATEMENT_*
 */
export function parseReleaseStatement(payload: Uint8Array): Release {
  const statement = parseStatement(payload, { allowOldType: false });
  if (statement.predicateType !== releasePredicateType) {
    throw new StatementError(
      'STATEMENT_PREDICATE',
      `expected a release statement (${releasePredicateType}), found ${statement.predicateType}`,
    );
  }
  const names = ['product', 'version', 'flavor', 'counter', 'createdFrom', 'contents'];
  const predicate = exactly(statement.predicate, [...names, 'audience'], names, 'predicate');
  const contents = predicate['contents'];
  if (!Array.isArray(contents)) throw fault('predicate.contents must be a list');
  const bySubject = new Map(statement.subjects.map((subject) => [subject.name, subject]));
  const files = contents.map((entry: unknown, index) =>
    parseContent(entry, `contents[${index}]`, bySubject),
  );
  if (bySubject.size > 0)
    throw fault(`the subject '${[...bySubject.keys()][0]}' is not among the contents`);
  return {
    product: textAt(predicate, 'product'),
    version: textAt(predicate, 'version'),
    flavor: textAt(predicate, 'flavor'),
    counter: integerAt(predicate, 'counter', 1),
    sourceDateEpoch: integerAt(predicate, 'createdFrom', 0),
    ...(Object.hasOwn(predicate, 'audience') ? { audience: audienceOf(predicate) } : {}),
    files,
  };
}

/** Where a folder differs from its release statement; all empty means it is exactly that release. */
export interface ReleaseDifference {
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  /**
   * Other bytes under a known name. `sameContent` when the content root still agrees: another
   * compression of the same archive, which the statement covers.
   */
  readonly altered: readonly {
    readonly name: string;
    readonly expected: Digest;
    readonly actual: Digest;
    readonly sameContent: boolean;
  }[];
}

/** What is there, as far as it is known: the root only for archives that were looked into. */
export type PresentFile = Pick<ReleaseFile, 'name' | 'digest' | 'root'>;

/** Compares a release with the files that are there, by name. */
export function matchRelease(release: Release, present: readonly PresentFile[]): ReleaseDifference {
  const there = new Map(present.map((file) => [file.name, file]));
  const known = new Set(release.files.map((file) => file.name));
  return {
    missing: release.files
      .map((file) => file.name)
      .filter((name) => !there.has(name))
      .toSorted(),
    extra: present
      .map((file) => file.name)
      .filter((name) => !known.has(name))
      .toSorted(),
    altered: release.files.flatMap((file) => {
      const found = there.get(file.name);
      if (found === undefined || found.digest === file.digest) return [];
      const sameContent =
        file.root !== undefined &&
        found.root?.kind === file.root.kind &&
        found.root.digest === file.root.digest;
      return [{ name: file.name, expected: file.digest, actual: found.digest, sameContent }];
    }),
  };
}

function subjectsOf(file: ReleaseFile): readonly StatementSubject[] {
  const whole = { name: file.name, digest: { sha256: hexOf(file.digest) } };
  if (file.root === undefined) return [whole];
  return [
    whole,
    {
      name: `${file.name}${rootSuffix[file.root.kind]}`,
      digest: { sha256: hexOf(file.root.digest) },
    },
  ];
}

/** Takes the subjects of one content out of the map, so that what is left over was never spoken of. */
function parseContent(
  value: unknown,
  where: string,
  subjects: Map<string, StatementSubject>,
): ReleaseFile {
  const needed = ['name', 'kind', 'size'];
  const entry = exactly(value, [...needed, 'root', 'rendered'], needed, where);
  const name = textAt(entry, 'name');
  if (!/^[^/\\#\p{Cc}]{1,255}$/u.test(name) || name === '.' || name === '..')
    throw fault(`${where}.name is not a plain file name`);
  const { kind, root, rendered } = entry;
  const digest = takeSubject(subjects, name);
  const size = integerAt(entry, 'size', 0);
  if (kind === 'file' && root === undefined && rendered === undefined)
    return { name, digest, size };
  if ((kind !== 'package' && kind !== 'bundle') || typeof root !== 'string' || !isDigest(root)) {
    throw fault(`${where} must be a file, or a package or bundle with the digest of its root`);
  }
  if (takeSubject(subjects, `${name}${rootSuffix[kind]}`) !== root)
    throw fault(`${where}.root is not what the subjects say`);
  return {
    name,
    digest,
    size,
    root: { kind, digest: root },
    ...(rendered === undefined ? {} : { rendered: renderedOf(rendered, `${where}.rendered`) }),
  };
}

function renderedOf(value: unknown, where: string): RenderedRecord {
  const names = ['renderer', 'objects', 'digest', 'images', 'unread', 'volatile'];
  const record = exactly(value, [...names, 'cluster'], names, where);
  const needed = ['name', 'version'];
  const renderer = exactly(record['renderer'], [...needed, 'sha256'], needed, `${where}.renderer`);
  const { digest } = record;
  if (typeof digest !== 'string' || !isDigest(digest)) throw fault(`${where}.digest is no digest`);
  return {
    renderer: {
      name: textAt(renderer, 'name'),
      version: textAt(renderer, 'version'),
      ...(renderer['sha256'] === undefined ? {} : { sha256: textAt(renderer, 'sha256') }),
    },
    ...(record['cluster'] === undefined
      ? {}
      : { cluster: clusterOf(record['cluster'], `${where}.cluster`) }),
    objects: integerAt(record, 'objects', 0),
    digest,
    images: textsAt(record, 'images'),
    unread: integerAt(record, 'unread', 0),
    volatile: textsAt(record, 'volatile'),
  };
}

const maxApiVersions = 2000;
const apiVersionPattern = /^[a-z0-9.-]{1,253}\/v[a-z0-9]{1,62}(?:\/[A-Z][A-Za-z0-9]{0,62})?$/;

function clusterOf(value: unknown, where: string): NonNullable<RenderedRecord['cluster']> {
  const names = ['kubernetes', 'apiVersions'];
  const cluster = exactly(value, names, names, where);
  const kubernetes = textAt(cluster, 'kubernetes');
  if (!/^1\.[0-9]{1,3}(?:\.[0-9]{1,3})?$/.test(kubernetes))
    throw fault(`${where}.kubernetes is no version of Kubernetes`);
  const apiVersions = textsAt(cluster, 'apiVersions');
  if (apiVersions.length > maxApiVersions)
    throw fault(`${where}.apiVersions has more than ${maxApiVersions} items`);
  for (const [index, each] of apiVersions.entries()) {
    if (!apiVersionPattern.test(each))
      throw fault(`${where}.apiVersions[${index}] is neither group/version nor group/version/Kind`);
    if (index > 0 && (apiVersions[index - 1] ?? '') >= each)
      throw fault(`${where}.apiVersions is not sorted`);
  }
  return { kubernetes, apiVersions };
}

function textsAt(object: JsonObject, name: string): readonly string[] {
  const value = object[name];
  if (!Array.isArray(value) || value.length > 10_000) throw fault(`${name} must be a list`);
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw fault(`${name} must be a list of texts`);
    return item;
  });
}

function takeSubject(subjects: Map<string, StatementSubject>, name: string): Digest {
  const subject = subjects.get(name);
  const digest = `sha256:${subject?.digest.sha256 ?? ''}`;
  if (!isDigest(digest))
    throw fault(`'${name.slice(0, 100)}' is among the contents, but no subject`);
  subjects.delete(name);
  return digest;
}

type JsonObject = Readonly<Record<string, unknown>>;

function exactly(
  value: unknown,
  known: readonly string[],
  required: readonly string[],
  where: string,
): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw fault(`${where} must be an object`);
  const names = Object.keys(value);
  const wrong =
    names.find((name) => !known.includes(name)) ?? required.find((name) => !names.includes(name));
  if (wrong !== undefined) throw fault(`${where}: '${wrong.slice(0, 60)}' is unknown or missing`);
  return { ...value };
}

function textAt(object: JsonObject, name: string): string {
  const value = object[name];
  if (typeof value !== 'string' || value === '') throw fault(`${name} must be a text`);
  return value;
}

function audienceOf({ audience }: JsonObject): readonly string[] {
  if (!Array.isArray(audience) || audience.length === 0 || audience.length > 256)
    throw fault('audience must be a list of 1 to 256 sites');
  return audience.map((site: unknown) => {
    if (typeof site !== 'string' || site === '') throw fault('audience must be a list of texts');
    return site;
  });
}

function integerAt(object: JsonObject, name: string, least: number): number {
  const value = object[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least)
    throw fault(`${name} must be an integer from ${least}`);
  return value;
}

function fault(message: string): StatementError {
  return new StatementError('STATEMENT_PREDICATE', message);
}
