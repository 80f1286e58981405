import type { Digest } from '../oci/digest.ts';
import type { Release, ReleaseFile } from './release-statement.ts';

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
