import type { NestedFiles } from '../archive/nested-files.ts';
import type { Survey, SurveyedEntry } from '../archive/survey.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { blobPath } from '../oci/layout.ts';
import { allowedHardLinks } from './allowed-hard-links.ts';
import type { ProblemList } from './bundle-problem.ts';
import type { ArchiveFormat } from './facts.ts';
import { grounds } from './find-causes.ts';

/** Bytes of a bundle, wherever they lie in the tar. */
export interface BundleFile {
  /** Undefined when the content could not be read to its end. */
  readonly digest: Digest | undefined;
  readonly size: number;
  readonly content: Uint8Array | undefined;
  readonly head: Uint8Array | undefined;
  readonly nested?: NestedFiles | undefined;
}

/** Documents of all packages together, counted as often as they are led to. */
const maxDocumentBytes = 64 * 2 ** 20;
/** What every package costs, so that their number has a limit too. */
const packageBytes = 64 * 2 ** 10;

/** Looks files of one half of a bundle up, judges them against what points to them, and remembers which were reached. */
export class BundleBlobs {
  readonly missing = new Set<string>();
  readonly #files = new Map<string, BundleFile>();
  readonly #reached = new Set<string>();
  readonly #prefix: string;
  #documentBytes = maxDocumentBytes;
  readonly #complete: boolean;
  readonly #list: ProblemList;

  constructor(survey: Survey, format: ArchiveFormat, prefix: '' | 'oci/', list: ProblemList) {
    this.#prefix = prefix;
    this.#list = list;
    this.#complete = !survey.container.problems.some((problem) => problem.fatal);
    const links = allowedHardLinks(format, survey.entries);
    for (const entry of survey.entries) {
      const source = entry.type === 'file' ? entry : links.get(entry);
      if (source === undefined || this.#files.has(entry.path)) continue;
      this.#files.set(entry.path, fileOf(source));
      if (source !== entry && entry.path.startsWith(prefix)) this.#reached.add(source.path);
    }
  }

  /** True when nothing of the archive was left unread. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Paths that something of this half leads to. */
  get reached(): ReadonlySet<string> {
    return this.#reached;
  }

  /** A file by its path in this half, such as `index.json`. */
  named(path: string): BundleFile | undefined {
    this.#reached.add(this.#prefix + path);
    return this.#files.get(this.#prefix + path);
  }

  /** Marks a file outside of the half's folder as belonging to it. */
  evidence(path: string): void {
    this.#reached.add(path);
  }

  /**
   * Counts documents of packages that are about to be read. False, and told, when one blob after
   * another leads to the same ones more often than any bundle needs.
   */
  spend(bytes: number, what: string): boolean {
    const before = this.#documentBytes;
    this.#documentBytes -= packageBytes + bytes;
    if (this.#documentBytes >= 0) return true;
    const message = `${what} was not read: the packages of the bundle lead to more than ${maxDocumentBytes} bytes of documents`;
    if (before >= 0) this.#list.report('BUNDLE_LIMIT', 'archive', message);
    return false;
  }

  /** True when a blob is there, without judging or reaching it. */
  has(digest: Digest): boolean {
    return this.#files.has(this.#pathOf(digest));
  }

  /**
   * The blob a descriptor points to, judged by digest and size. Present with wrong bytes, it comes
   * back all the same: more can be said about it then.
   * @param what how messages call it, such as "the root manifest"
   * @param restsOn what else is told of, or goes missing with, this blob
   */
  follow(
    descriptor: Pick<Descriptor, 'digest' | 'size'>,
    what: string,
    absent: 'BUNDLE_BLOB_MISSING' | 'BUNDLE_CONFIG_MISSING' = 'BUNDLE_BLOB_MISSING',
    restsOn?: string,
  ): BundleFile | undefined {
    const { digest, size } = descriptor;
    const path = this.#pathOf(digest);
    this.#reached.add(path);
    const file = this.#files.get(path);
    if (file === undefined) {
      this.missing.add(path);
      const severity = absent === 'BUNDLE_CONFIG_MISSING' ? 'warning' : 'error';
      this.#list.report(absent, path, `${what} is not in the archive`, {
        digest,
        severity,
        ...(restsOn === undefined ? {} : { restsOn }),
        ...this.#unlessComplete(),
      });
      return undefined;
    }
    this.judge(file, descriptor, what, path, restsOn);
    if (file.size !== size)
      this.#list.report(
        'BUNDLE_BLOB_SIZE',
        path,
        `${what} has ${file.size} bytes, what points to it says ${size}`,
        { digest },
      );
    return file;
  }

  /** What a document holds; undefined, and told, where it was too large to be kept, or is no text. */
  contentOf(
    { content, size }: BundleFile,
    { digest }: Pick<Descriptor, 'digest'>,
    what: string,
    unread: 'BUNDLE_BLOB_UNREAD' | 'BUNDLE_DEFINITION_UNREAD',
  ): Uint8Array | undefined {
    if (content === undefined)
      this.#list.report(
        unread,
        what,
        `${what} (${size} bytes) is too large to be judged, or not text`,
        { digest, outcome: 'undecided' },
      );
    return content;
  }

  /** Compares bytes with the digest that names them. */
  judge(
    file: BundleFile,
    { digest }: Pick<Descriptor, 'digest'>,
    what: string,
    path: string,
    restsOn?: string,
  ): void {
    if (file.digest === undefined)
      this.#list.report('BUNDLE_BLOB_UNREAD', path, `${what} could not be read to its end`, {
        digest,
        outcome: 'undecided',
        ...this.#unlessComplete(),
      });
    else if (file.digest !== digest)
      this.#list.report(
        'BUNDLE_BLOB_DIGEST',
        path,
        `${what} is stored under ${digest} and hashes to ${file.digest}`,
        { digest, ...(restsOn === undefined ? {} : { restsOn }) },
      );
  }

  /** What is absent from an archive that was cut short may have been there. */
  #unlessComplete(): { readonly outcome?: 'undecided'; readonly restsOn?: string } {
    return this.#complete ? {} : { outcome: 'undecided', restsOn: grounds.reading };
  }

  #pathOf(digest: Digest): string {
    return `${this.#prefix}${blobPath(digest)}`;
  }
}

function fileOf({ digest, size, content, head, nested }: SurveyedEntry): BundleFile {
  return { digest, size, content, head, nested };
}
