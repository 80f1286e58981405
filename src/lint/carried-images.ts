import type { PackageDefinition } from '../zarf/definition.ts';

/** Images a definition carries, in lists and in archives. */
export function imagesCarriedBy({ components }: PackageDefinition): readonly string[] {
  return components.flatMap(({ images = [], imageArchives = [] }) => [
    ...images,
    ...imageArchives.flatMap((archive) => archive.images),
  ]);
}

/** Registry and repository, tag and digest left out. */
export function repositoryOf(reference: string): string {
  const bare = reference.split('@')[0] ?? '';
  const colon = bare.indexOf(':', bare.lastIndexOf('/'));
  return colon < 0 ? bare : bare.slice(0, colon);
}
