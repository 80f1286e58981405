import { posix } from 'node:path';
import { CowaError } from '../errors/families.ts';
import type { DeployedPackage } from '../lint/deployed-package.ts';
import type { DeployedBundle } from '../lint/deployed-release.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { FoundRelease } from './find-definitions.ts';
import { inputPath, type ResolvedPackage } from './resolved-package.ts';

/** How large payloads are that lie there. */
export async function payloadSizes(
  resolved: ResolvedPackage,
  workspace: Workspace,
): Promise<NonNullable<DeployedPackage['payloads']>> {
  const payloads: { source: string; bytes: number }[] = [];
  for (const { dataInjections = [] } of resolved.definition.components)
    for (const { source } of dataInjections) {
      const bytes = await sizeOf(inputPath(resolved, source), workspace, 0);
      if (bytes !== undefined) payloads.push({ source, bytes });
    }
  return payloads;
}

/** The package with what its release and the bundles around it add to what is known of it. */
export function withCompany(
  facts: DeployedPackage,
  release: FoundRelease | undefined,
  bundles: readonly DeployedBundle[],
): DeployedPackage {
  const extraImages = release?.parsed.definition?.extraImages;
  const before = carriedBefore(facts.file, facts.flavor, bundles);
  if (extraImages === undefined && before === undefined) return facts;
  return {
    ...facts,
    ...(extraImages === undefined ? {} : { extraImages }),
    ...(before === undefined ? {} : { carriedBefore: before }),
  };
}

/**
 * Images that are there already when a package is deployed: those of packages before it, where every bundle
 * that has it deploys them first.
 */
export function carriedBefore(
  file: string,
  flavor: string,
  bundles: readonly DeployedBundle[],
): DeployedPackage['carriedBefore'] {
  const before = bundles.flatMap(({ packages }) => {
    const at = packages.findIndex(
      ({ package: each }) => each?.file === file && each.flavor === flavor,
    );
    if (at < 0) return [];
    const images = new Map<string, string>();
    for (const { package: earlier, entry } of packages.slice(0, at))
      for (const { images: carried = [] } of earlier?.definition.components ?? [])
        for (const image of carried) images.set(image, entry.name);
    return [images];
  });
  const [first, ...others] = before;
  const shared = [...(first ?? [])].filter(([image]) => others.every((each) => each.has(image)));
  return shared.length === 0
    ? undefined
    : shared.map(([image, holder]) => ({ image, package: holder }));
}

const maxDepth = 8;

/** Bytes of a file or folder; undefined where it is not there. */
async function sizeOf(
  path: string,
  workspace: Workspace,
  depth: number,
): Promise<number | undefined> {
  try {
    const stat = await workspace.stat(path);
    if (stat?.kind === 'file') return stat.size;
    if (stat?.kind !== 'directory' || depth > maxDepth) return undefined;
    let sum = 0;
    for (const name of await workspace.list(path))
      sum += (await sizeOf(posix.join(path, name), workspace, depth + 1)) ?? 0;
    return sum;
  } catch (error) {
    if (!(error instanceof CowaError)) throw error;
    return undefined;
  }
}
