import { isArchiveName } from '../archive/archive-name.ts';
import { splitPartName } from '../zarf/split-part.ts';
import { isArchiveApproval, isReleaseApproval } from './approval-files.ts';
import { isReproductionOf } from './gather-reproductions.ts';
import type { PartSet } from './locate-parts.ts';
import { isReleaseStatement, isSignatureOf } from './read-beside.ts';
import { releaseFileNames } from './release-files.ts';

/** Files that no statement covers: it cannot list itself, or who signed, approved or made it again later, and how a run went does not cross. */
export function isUncovered(name: string, archives: readonly string[]): boolean {
  return (
    isReleaseStatement(name) ||
    isReleaseApproval(name) ||
    name === releaseFileNames.runLog ||
    archives.some((one) => isArchiveApproval(name, one) || isReproductionOf(name, one))
  );
}

/** Files that are neither archives nor looked at beside them. */
export function unjudgedOf(
  names: readonly string[],
  pieces: ReadonlySet<string>,
  archives: readonly string[],
): readonly string[] {
  const isKnown = (name: string): boolean =>
    isUncovered(name, archives) || name === releaseFileNames.checksums;
  const isSignature = (name: string): boolean => {
    const signed = [/\.sigstore\.json$/, /\.[0-9]{1,2}\.sigstore\.json$/].map((end) =>
      name.replace(end, ''),
    );
    return signed.some(
      (one) => isSignatureOf(name, one) && (names.includes(one) || archives.includes(one)),
    );
  };
  return names.filter(
    (name) => !isArchiveName(name) && !isKnown(name) && !pieces.has(name) && !isSignature(name),
  );
}

/** Names of everything that goes with a split archive. */
export function namesOf(set: PartSet): readonly string[] {
  return [...partsOf(set), ...set.manifests.map(lastSegment), ...set.strange];
}

/** Names of the parts of a split archive, in their order. */
export function partsOf({ parts, stem }: PartSet): readonly string[] {
  return parts.map(({ number }) => splitPartName(stem, number));
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
