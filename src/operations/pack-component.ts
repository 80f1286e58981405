import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { cleanPath } from '../archive/entry-path.ts';
import { hexOf } from '../oci/digest.ts';
import type { BlobSource } from '../ports/blob-store.ts';
import type { Kustomizer } from '../ports/kustomizer.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Run } from '../support/run.ts';
import { type ComponentEntry, refuseUnsafeNames } from '../zarf/component-tar.ts';
import type { ChartEntry, Component, FileEntry } from '../zarf/definition.ts';
import { parseGitAddress } from '../zarf/git-address.ts';
import { PackError } from '../zarf/pack-error.ts';
import { isGitChart } from '../zarf/remote-inputs.ts';
import { collectTree } from './collect-tree.ts';
import { type ComponentPorts, componentContent } from './component-content.ts';
import { extractFile } from './extract-file.ts';
import { packChart } from './pack-chart.ts';
import { packKustomizations } from './pack-kustomizations.ts';
import { chartPath, inputPath, type ResolvedPackage } from './resolved-package.ts';

interface PackPorts extends ComponentPorts {
  readonly workspace: Workspace;
  readonly kustomizer?: Kustomizer;
}

/**
 * The tar of one component; undefined when the component has nothing to carry. A large one is not stored: it is
 * made from the files of the user whenever it is read. Where actions run after the packing, it has to be.
 * @throws PackError PACK_INPUT_MISSING, PACK_INPUT_KIND, PACK_INPUT_CHANGED, PACK_CHART_INVALID, PACK_CHART_DEPENDENCY, PACK_NAME_INVALID
 * @see shared reference of the Zarf package format, 2.4
 */
export async function packComponent(
  component: Component,
  resolved: ResolvedPackage,
  ports: PackPorts,
  run: Run,
): Promise<BlobSource | undefined> {
  const entries: ComponentEntry[] = [];
  const take = async (
    source: string,
    as: string,
    topMode?: (kind: 'file' | 'directory') => number,
  ): Promise<void> => {
    const options = {
      as,
      lent: true,
      ...(topMode === undefined
        ? {}
        : {
            topMode: (stat: { kind: string }) =>
              topMode(stat.kind === 'directory' ? 'directory' : 'file'),
          }),
    };
    entries.push(
      ...(await collectTree(inputPath(resolved, source), options, ports.workspace, run)),
    );
  };
  const takeFile = async (source: string, as: string): Promise<void> => {
    await take(source, as);
    if (entries.at(-1)?.type !== 'file' || entries.at(-1)?.path !== as) {
      throw new PackError(
        'PACK_INPUT_KIND',
        `component '${component.name}' names ${source}, which is a folder where a file is meant`,
      );
    }
  };
  const [first] = component.charts ?? [];
  // Whoever makes the folder settles its mode: Helm packs into a public one, a fetched chart goes into a private one.
  if (first !== undefined && !first.localPath && !isGitChart(first.url ?? ''))
    entries.push({ path: 'charts', type: 'directory', mode: 0o700, size: 0 });
  for (const chart of component.charts ?? []) {
    const name = chartName(chart);
    const packed = await packChart(chartPath(resolved, chart), ports, run);
    entries.push({
      path: `charts/${name}.tgz`,
      type: 'file',
      mode: 0o644,
      size: packed.size,
      open: (within) => ports.blobs.open(packed.digest, within),
      origin: { path: packed.digest, stamp: packed.digest },
    });
    const valuesFiles = [...(chart.valuesFiles ?? []), ...(chart.templatedValuesFiles ?? [])];
    for (const [index, source] of valuesFiles.entries())
      await takeFile(source, `values/${name}-${index}`);
  }
  for (const manifest of component.manifests ?? []) {
    for (const [index, source] of (manifest.files ?? []).entries())
      await takeFile(source, `manifests/${manifest.name}-${index}.yaml`);
    entries.push(...(await packKustomizations(manifest, resolved, ports, run)));
  }
  for (const [index, file] of (component.files ?? []).entries()) {
    const as = `files/${index}/${posix.basename(file.target)}`;
    if (file.extractPath) {
      entries.push(...(await extracted(file, `files/${index}`, as, resolved, ports, run)));
      continue;
    }
    await requireShasum(file, resolved, ports.workspace, run);
    const isPrivate = (kind: 'file' | 'directory'): number =>
      kind === 'directory' || file.executable === true ? 0o700 : 0o600;
    await take(file.source, as, isPrivate);
  }
  for (const [index, data] of (component.dataInjections ?? []).entries()) {
    await take(data.source, `data/${index}/${posix.basename(data.target.path)}`);
  }
  if (component.repos?.length)
    entries.push({ path: 'repos', type: 'directory', mode: 0o755, size: 0 });
  for (const repository of component.repos ?? []) {
    const folder = parseGitAddress(repository)?.folder ?? posix.basename(repository);
    await take(repository, `repos/${folder}`);
  }
  if (entries.length === 0) return undefined;
  refuseUnsafeNames(component.name, entries);
  const lasting = resolved.onCreateActions.length === 0;
  return componentContent(component.name, entries, lasting, ports, run);
}

/** Name of a chart's files inside the component, from the package definition, not from the chart. */
function chartName({ name, version }: ChartEntry): string {
  return version ? `${name}-${version}` : name;
}

/** One file out of an archive. The folders it lay in there are left behind, as Zarf leaves them. */
async function extracted(
  { source, extractPath = '', shasum, executable }: FileEntry,
  folder: string,
  as: string,
  resolved: ResolvedPackage,
  ports: PackPorts,
  run: Run,
): Promise<readonly ComponentEntry[]> {
  const { digest, size } = await extractFile(
    inputPath(resolved, source),
    source,
    extractPath,
    ports,
    run,
  );
  if (shasum && hexOf(digest) !== shasum)
    throw changed(`${extractPath} of ${source}`, hexOf(digest), shasum);
  const parts = cleanPath(extractPath).split('/').slice(0, -1);
  const below = parts.map((_part, at) => `${folder}/${parts.slice(0, at + 1).join('/')}`);
  // Whoever makes the folder settles its mode: the first file makes the one above.
  const above = folder === 'files/0' ? ['files', folder] : [folder];
  return [
    ...[...above, ...below].map((path) => ({
      path,
      type: 'directory' as const,
      mode: 0o755,
      size: 0,
    })),
    {
      path: as,
      type: 'file',
      mode: executable === true ? 0o700 : 0o600,
      size,
      open: (within) => ports.blobs.open(digest, within),
      origin: { path: digest, stamp: digest },
    },
  ];
}

async function requireShasum(
  file: FileEntry,
  resolved: ResolvedPackage,
  workspace: Workspace,
  run: Run,
): Promise<void> {
  if (!file.shasum) return;
  const hash = createHash('sha256');
  for await (const chunk of workspace.open(inputPath(resolved, file.source), run))
    hash.update(chunk);
  const actual = hash.digest('hex');
  if (actual === file.shasum) return;
  throw changed(file.source, actual, file.shasum);
}

function changed(what: string, actual: string, promised: string): PackError {
  return new PackError(
    'PACK_INPUT_CHANGED',
    `${what} has SHA-256 ${actual}, the definition says ${promised}`,
    {
      suggestions: ['Restore the file, or correct shasum when the new content is meant'],
    },
  );
}
