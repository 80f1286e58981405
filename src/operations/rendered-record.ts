import { createHash } from 'node:crypto';
import type { RenderedRecord } from '../attestation/rendered-record.ts';
import { gatherFacts } from '../checks/gather-facts.ts';
import { imagesOf } from '../lint/named-images.ts';
import { type TargetCluster, targetCluster } from '../lint/target-cluster.ts';
import { digestFromHex } from '../oci/digest.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { Run } from '../support/run.ts';
import { embeddedRenderer } from '../zarf/embedded-renderer.ts';
import { describedPackages } from './describe-archive.ts';
import { openArchive } from './open-parts.ts';
import { readSurvey } from './read-survey.ts';
import { type RenderArchivePorts, type RenderedArchive, renderArchive } from './render-archive.ts';

/**
 * Renders what a finished archive deploys with nothing but its defaults, and says what came of it: so that those
 * who made it and those who receive it can compare.
 * @throws ArchiveSourceError, ArchiveError for what cannot be opened or is no archive
 */
export async function renderedRecord(
  location: string,
  ports: RenderArchivePorts & { readonly source: ArchiveSource },
  run: Run,
): Promise<RenderedRecord> {
  await using opened = await openArchive({ location }, ports.source, run);
  const { archive } = opened;
  const survey = await opened.survey(() => readSurvey(archive, ports, run));
  const facts = gatherFacts(survey, {
    fileName: archive.fileName,
    signatures: { key: undefined, allowUnsigned: false, archive: undefined, members: new Map() },
    budget: { policyOrigin: undefined, limits: [] },
  });
  const rendered = await renderArchive(facts, describedPackages(facts), archive, ports, run);
  return recordOf(rendered, ports.renderer ?? embeddedRenderer, ports.cluster);
}

/** The record of what was rendered. */
export function recordOf(
  { rendered, notRead }: RenderedArchive,
  { identity }: Pick<NonNullable<RenderArchivePorts['renderer']>, 'identity'>,
  { kubernetes, apiVersions }: TargetCluster = targetCluster(),
): RenderedRecord {
  const objects = rendered.flatMap(({ package: { facts }, deployment }) =>
    deployment.objects.map(({ component, namespace, value }) =>
      canonical({ package: facts.label, component, namespace, value }),
    ),
  );
  const images = rendered.flatMap(({ deployment }) =>
    deployment.objects.flatMap((object) => imagesOf(object).flatMap(({ image }) => image ?? [])),
  );
  const unread = rendered.reduce((sum, { deployment }) => sum + deployment.unread.length, 0);
  const volatile = rendered.flatMap(({ deployment }) => [...deployment.volatile]);
  const hash = createHash('sha256');
  for (const object of objects.sort()) hash.update(`${object}\n`);
  return {
    renderer: identity,
    cluster: { kubernetes, apiVersions },
    objects: objects.length,
    digest: digestFromHex(hash.digest('hex')),
    images: [...new Set(images)].sort(),
    unread: unread + notRead.length,
    volatile: [...new Set(volatile)].sort(),
  };
}

/** JSON with the keys of every mapping sorted. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
