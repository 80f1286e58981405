import { posix } from 'node:path';
import type { ArchiveFacts } from '../checks/facts.ts';
import type { OwnImage } from '../lint/deployed-release.ts';
import type { Workspace } from '../ports/workspace.ts';
import { pointerSegment } from '../support/json-document.ts';
import type { FoundRelease } from './find-definitions.ts';
import { layoutLabels } from './layout-labels.ts';

const prefix = 'org.opencontainers.image.';

/** Images a release puts together itself, and those of the layouts it names. */
export async function ownImages(
  { file, folder, parsed }: FoundRelease,
  workspace: Workspace,
): Promise<readonly OwnImage[]> {
  const { definition, locate } = parsed;
  if (definition === undefined || locate === undefined) return [];
  const created = new Date(1000 * (definition.sourceDateEpoch ?? 0)).toISOString();
  const found: OwnImage[] = [];
  for (const [index, source] of definition.imageSources.entries()) {
    const pointer = `/imageSources/${index}`;
    const at = (below: string) => ({ file, ...locate(`${pointer}${below}`) });
    if (source.type === 'compose')
      for (const [reference, { base, config }] of Object.entries(source.images))
        found.push({
          reference,
          labels: Object.fromEntries(
            Object.entries(config?.labels ?? {}).flatMap(([name, value]) =>
              name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
            ),
          ),
          created,
          inherits: base !== 'scratch',
          place: at(`/images/${pointerSegment(reference)}`),
        });
    if (source.type === 'oci-layout')
      for (const each of await layoutLabels(posix.join(folder, source.path), workspace))
        found.push({ ...each, place: at('/path') });
  }
  return found;
}

/** Images of an archive, each once. */
export function archiveImages({ packages }: ArchiveFacts): readonly OwnImage[] {
  const found = new Map<string, OwnImage>();
  for (const { images } of packages)
    for (const { name, manifests, descriptor } of images?.roots ?? [])
      for (const { labels } of manifests)
        if (labels !== undefined) {
          const reference = name ?? descriptor.digest;
          found.set(reference, { reference, ...labels });
        }
  return [...found.values()];
}
