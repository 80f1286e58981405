import { type Digest, hexOf, isDigest } from '../oci/digest.ts';
import { integerOf, type Members, membersOf, predicateFault, textOf } from './predicate-members.ts';
import { type RenderedRecord, renderedOf } from './rendered-record.ts';
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

/** A release as its report and its handover name it. */
export interface BuiltRelease extends Omit<ReleaseIdentity, 'audience'> {
  readonly architecture: string;
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
    throw predicateFault(
      `expected a release statement (${releasePredicateType}), found ${statement.predicateType}`,
    );
  }
  const names = ['product', 'version', 'flavor', 'counter', 'createdFrom', 'contents'];
  const predicate = membersOf(statement.predicate, names, ['audience'], 'predicate');
  const contents = predicate['contents'];
  if (!Array.isArray(contents)) throw predicateFault('predicate.contents must be a list');
  const bySubject = new Map(statement.subjects.map((subject) => [subject.name, subject]));
  const files = contents.map((entry: unknown, index) =>
    parseContent(entry, `contents[${index}]`, bySubject),
  );
  if (bySubject.size > 0)
    throw predicateFault(`the subject '${[...bySubject.keys()][0]}' is not among the contents`);
  return {
    product: textOf(predicate['product'], 'product', maxTextLength),
    version: textOf(predicate['version'], 'version', maxTextLength),
    flavor: textOf(predicate['flavor'], 'flavor', maxTextLength),
    counter: integerOf(predicate['counter'], 'counter', 1),
    sourceDateEpoch: integerOf(predicate['createdFrom'], 'createdFrom', 0),
    ...(Object.hasOwn(predicate, 'audience') ? { audience: audienceOf(predicate) } : {}),
    files,
  };
}

/** Of names and versions, in characters. */
const maxTextLength = 1024;

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
  const entry = membersOf(value, needed, ['root', 'rendered'], where);
  const name = textOf(entry['name'], 'name', maxTextLength);
  if (!/^[^/\\#\p{Cc}]{1,255}$/u.test(name) || name === '.' || name === '..')
    throw predicateFault(`${where}.name is not a plain file name`);
  const { kind, root, rendered } = entry;
  const digest = takeSubject(subjects, name);
  const size = integerOf(entry['size'], 'size', 0);
  if (kind === 'file' && root === undefined && rendered === undefined)
    return { name, digest, size };
  if ((kind !== 'package' && kind !== 'bundle') || typeof root !== 'string' || !isDigest(root)) {
    throw predicateFault(
      `${where} must be a file, or a package or bundle with the digest of its root`,
    );
  }
  if (takeSubject(subjects, `${name}${rootSuffix[kind]}`) !== root)
    throw predicateFault(`${where}.root is not what the subjects say`);
  return {
    name,
    digest,
    size,
    root: { kind, digest: root },
    ...(rendered === undefined ? {} : { rendered: renderedOf(rendered, `${where}.rendered`) }),
  };
}

function takeSubject(subjects: Map<string, StatementSubject>, name: string): Digest {
  const subject = subjects.get(name);
  const digest = `sha256:${subject?.digest.sha256 ?? ''}`;
  if (!isDigest(digest))
    throw predicateFault(`'${name.slice(0, 100)}' is among the contents, but no subject`);
  subjects.delete(name);
  return digest;
}

function audienceOf({ audience }: Members): readonly string[] {
  if (!Array.isArray(audience) || audience.length === 0 || audience.length > 256)
    throw predicateFault('audience must be a list of 1 to 256 sites');
  return audience.map((site: unknown) => {
    if (typeof site !== 'string' || site === '')
      throw predicateFault('audience must be a list of texts');
    return site;
  });
}
