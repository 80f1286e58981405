import { ArchiveError } from '../archive/archive-error.ts';
import type { Compute } from '../archive/compute.ts';
import { ContainerFault } from '../archive/container-fault.ts';
import type { NestedFiles } from '../archive/nested-files.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import { readNestedFiles } from '../archive/read-nested-files.ts';
import type { ArchiveFacts } from '../checks/facts.ts';
import { hexOf } from '../oci/digest.ts';
import type { OpenArchive } from '../ports/archive-source.ts';
import type { Run } from '../support/run.ts';
import { definedApiVersions } from '../zarf/defined-kinds.ts';
import type { DescribedPackage } from './describe-archive.ts';
import {
  deployedComponents,
  type RenderedHow,
  type RenderedPackage,
  renderCarriedPackage,
} from './render-carried-package.ts';

export interface RenderArchivePorts extends RenderedHow {
  readonly compute: Compute;
  readonly openCompute: () => Promise<Compute>;
}

export interface RenderedArchive {
  /** In the order of the archive. */
  readonly rendered: readonly RenderedPackage[];
  /** What could not be read at all, so that nothing could be rendered of it. */
  readonly notRead: readonly { readonly what: string; readonly reason: string }[];
}

/**
 * Renders what the packages of an archive deploy, from what it carries: charts with their values files, manifests,
 * the defaults of variables, and what the bundle sets. Only components that are deployed are looked at.
 */
export async function renderArchive(
  facts: ArchiveFacts,
  packages: readonly DescribedPackage[],
  archive: OpenArchive,
  ports: RenderArchivePorts,
  run: Run,
): Promise<RenderedArchive> {
  return renderAll(
    facts,
    packages,
    (tars, values, notRead) => readEntries(facts, tars, values, archive, ports, notRead, run),
    ports,
    run,
  );
}

/** The same of what one pass over the archive kept: nothing is read again. */
export async function renderKept(
  facts: ArchiveFacts,
  packages: readonly DescribedPackage[],
  how: RenderedHow,
  run: Run,
): Promise<RenderedArchive> {
  return renderAll(facts, packages, () => Promise.resolve(new Map()), how, run);
}

async function renderAll(
  facts: ArchiveFacts,
  packages: readonly DescribedPackage[],
  readOthers: (
    tars: ReadonlySet<string>,
    values: ReadonlySet<string>,
    notRead: { what: string; reason: string }[],
  ) => Promise<ReadonlyMap<string, NestedFiles> | undefined>,
  how: RenderedHow,
  run: Run,
): Promise<RenderedArchive> {
  const notRead: { what: string; reason: string }[] = [];
  const wanted = new Set<string>();
  const values = new Set<string>();
  for (const each of packages) {
    for (const component of deployedComponents(each)) {
      const tar = entryOf(facts, each, `components/${component.name}.tar`);
      if (tar !== undefined) wanted.add(tar);
    }
    const file = entryOf(facts, each, 'values.yaml');
    if (file !== undefined) values.add(file);
  }
  const kept = keptFiles(facts, wanted, values);
  const missing = (paths: ReadonlySet<string>) =>
    new Set([...paths].filter((path) => !kept.has(path)));
  const others = await readOthers(missing(wanted), missing(values), notRead);
  if (others === undefined && kept.size === 0) return { rendered: [], notRead };
  const nested = new Map([...kept, ...(others ?? [])]);
  const rendered: RenderedPackage[] = [];
  // Packages of a bundle are deployed one after the other: what the first gives is there for the second.
  const before = { exported: new Set<string>(), defined: new Set<string>() };
  for (const each of packages) {
    const at = (path: string): string => entryOf(facts, each, path) ?? '';
    const file = (path: string) => nested.get(at(path))?.files.get(at(path));
    const valuesLost = values.has(at('values.yaml')) && file('values.yaml') === undefined;
    if (valuesLost)
      notRead.push({ what: `${each.facts.label}: values.yaml`, reason: unreadValues });
    const files = { tar: (path: string) => nested.get(at(path)), file, valuesLost };
    const made = await renderCarriedPackage(each, files, before, how, notRead, run);
    rendered.push(made);
    for (const { name } of each.entry?.exports ?? []) before.exported.add(name.toUpperCase());
    for (const version of made.deployment.objects.flatMap(definedApiVersions))
      before.defined.add(version);
  }
  return { rendered, notRead };
}

const unreadValues =
  'it is too large or no text, so nothing was rendered that takes values from it';

/** What the pass over the archive kept of the paths that are asked for. */
function keptFiles(
  { entries }: ArchiveFacts,
  tars: ReadonlySet<string>,
  values: ReadonlySet<string>,
): ReadonlyMap<string, NestedFiles> {
  const kept = new Map<string, NestedFiles>();
  for (const { path, nested, content } of entries) {
    if (nested !== undefined && tars.has(path)) kept.set(path, nested);
    // A file as a tar of which it is the only one.
    else if (content !== undefined && values.has(path))
      kept.set(path, { files: new Map([[path, content]]), tooLarge: [], fault: undefined });
  }
  return kept;
}

/** Path in the archive of a package's file. */
function entryOf(
  { bundle }: ArchiveFacts,
  { facts }: DescribedPackage,
  path: string,
): string | undefined {
  const file = facts.files.get(path);
  if (bundle === undefined) return file === undefined ? undefined : path;
  if (file?.digest === undefined) return undefined;
  return `${bundle.format === 'next' ? 'oci/' : ''}blobs/sha256/${hexOf(file.digest)}`;
}

async function readEntries(
  facts: ArchiveFacts,
  tars: ReadonlySet<string>,
  values: ReadonlySet<string>,
  archive: OpenArchive,
  { compute, openCompute }: RenderArchivePorts,
  notRead: { what: string; reason: string }[],
  run: Run,
): Promise<ReadonlyMap<string, NestedFiles> | undefined> {
  const what = 'charts and manifests';
  if (tars.size + values.size === 0) return new Map();
  if (archive.ranges === undefined) {
    const reason = 'standard input can be read only once; give the archive as a file';
    notRead.push({ what, reason });
    return undefined;
  }
  const worker = facts.container.unproven === true ? compute : await openCompute();
  const wants = (path: string): boolean => /^[^/]+\/(?:charts|values|manifests)\/[^/]+$/.test(path);
  const filter = {
    isTar: (path: string) => tars.has(path),
    isFile: (path: string) => values.has(path),
    wants,
  };
  try {
    return await readNestedFiles(archive, filter, defaultReadLimits, worker, run);
  } catch (error) {
    if (!(error instanceof ArchiveError || error instanceof ContainerFault)) throw error;
    notRead.push({ what, reason: error.message });
    return new Map();
  }
}
