import type { Digest } from '../oci/digest.ts';
import { OciError } from '../oci/oci-error.ts';
import type { BundleProblem } from './facts.ts';

/** What can be wrong with the tree of blobs of a bundle, by the check that tells it. Public: never reused, never renamed. */
export const bundleProblems = {
  format: ['BUNDLE_FORMAT_UNKNOWN'],
  index: [
    'BUNDLE_LAYOUT_MARKER',
    'BUNDLE_INDEX_MISSING',
    'BUNDLE_INDEX_INVALID',
    'BUNDLE_INDEX_ENTRIES',
    'BUNDLE_INDEX_UNREAD',
    'BUNDLE_REF_NAME',
    'BUNDLE_ARCHITECTURE_MISSING',
    'BUNDLE_ENTRY_SPELLING',
    'BUNDLE_NOT_COMPRESSED',
  ],
  root: ['BUNDLE_ROOT_INVALID', 'BUNDLE_ROOT_TITLE', 'BUNDLE_ROOT_PACKAGE', 'BUNDLE_ROOT_TYPE'],
  definition: [
    'BUNDLE_DEFINITION_MISSING',
    'BUNDLE_DEFINITION_DIGEST',
    'BUNDLE_DEFINITION_UNREAD',
    'BUNDLE_DEFINITION_FILES',
  ],
  'package-refs': [
    'BUNDLE_REF_UNPINNED',
    'BUNDLE_REF_UNKNOWN',
    'BUNDLE_PACKAGE_UNDECLARED',
    'BUNDLE_PACKAGE_DUPLICATE',
  ],
  'package-manifests': [
    'BUNDLE_MANIFEST_INVALID',
    'BUNDLE_MANIFEST_TITLE',
    'BUNDLE_MANIFEST_INCOMPLETE',
    'BUNDLE_MANIFEST_TWINS',
  ],
  blobs: [
    'BUNDLE_BLOB_MISSING',
    'BUNDLE_BLOB_DIGEST',
    'BUNDLE_BLOB_SIZE',
    'BUNDLE_BLOB_UNREAD',
    'BUNDLE_CONFIG_MISSING',
    'BUNDLE_LIMIT',
    'BUNDLE_PROBLEMS_MORE',
  ],
} as const;

/** The check, below `bundle/`, that tells a problem of the tree. */
export type BundleProblemArea = keyof typeof bundleProblems;
export type BundleProblemCode = (typeof bundleProblems)[BundleProblemArea][number];

/** A small archive can hold a problem for every pair of its parts. */
const maxProblems = 1000;

/** Gathers problems, each once, and whether the archive was read to its end. */
export class ProblemList {
  readonly #problems: BundleProblem[] = [];
  readonly #seen = new Set<string>();

  /** Everything reported, in the order it was found. */
  get problems(): readonly BundleProblem[] {
    return this.#problems;
  }

  report(
    code: BundleProblemCode,
    subject: string,
    message: string,
    more: Omit<Partial<BundleProblem>, 'code' | 'subject' | 'message'> = {},
  ): void {
    const key = `${code} ${message}`;
    if (this.#seen.has(key) || this.#problems.length > maxProblems) return;
    if (this.#problems.length === maxProblems) {
      const more = `more than ${maxProblems} problems of the tree; the rest is not listed`;
      this.#problems.push({
        code: 'BUNDLE_PROBLEMS_MORE',
        subject: 'archive',
        message: more,
        severity: 'error',
      });
      return;
    }
    this.#seen.add(key);
    this.#problems.push({ code, subject, message, severity: 'error', ...more });
  }

  /** Something of a format newer than we know: named, and neither passed nor failed. */
  unknown(subject: string, message: string, digest?: Digest): void {
    this.report('BUNDLE_FORMAT_UNKNOWN', subject, message, {
      outcome: 'undecided',
      ...(digest === undefined ? {} : { digest }),
    });
  }

  /** True when something was of an unknown format. */
  get hasUnknown(): boolean {
    return this.#problems.some(({ code }) => code === 'BUNDLE_FORMAT_UNKNOWN');
  }

  /** Runs a parser; what it refuses is reported under the code. */
  attempt<T>(code: BundleProblemCode, subject: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof OciError)) throw error;
      this.report(code, subject, error.message);
      return undefined;
    }
  }
}
