import type { ArtifactSource, PublishedArtifact } from '../ports/artifact-source.ts';
import type { Run } from '../support/run.ts';
import { MemberError } from './member-error.ts';

/**
 * Finds a published package in the first source that holds it.
 * @throws MemberError MEMBER_NOT_FOUND; errors of the sources
 */
export async function findArtifact(
  reference: string,
  sources: readonly ArtifactSource[],
  architecture: string,
  run: Run,
): Promise<PublishedArtifact> {
  for (const source of sources) {
    const found = await source.fetchArtifact(reference, { architecture }, run);
    if (found !== undefined) return found;
  }
  const asked = sources.map(({ name }) => name).join(', ') || 'no source of published packages';
  throw new MemberError(
    'MEMBER_NOT_FOUND',
    `the package ${reference} is nowhere (asked: ${asked})`,
    {
      suggestions: [
        'Check repository, tag and digest of the bundle entry',
        'Add a registry source with its host under imageSources in cowa-release.yaml',
      ],
    },
  );
}
