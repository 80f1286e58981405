import { ArchiveError } from '../archive/archive-error.ts';
import type { Compute } from '../archive/compute.ts';
import { ContainerFault } from '../archive/container-fault.ts';
import { defaultReadLimits } from '../archive/read-limits.ts';
import {
  type NestedFiles,
  readNestedFiles,
  readPackedFiles,
} from '../archive/read-nested-files.ts';
import type { ArchiveFacts } from '../checks/facts.ts';
import { hexOf } from '../oci/digest.ts';
import type { OpenArchive } from '../ports/archive-source.ts';
import type {
  RequiredGpu,
  RequiredSecret,
  RequiredVariable,
  RequiredVolume,
  Requirements,
} from '../report/requirements.ts';
import type { Run } from '../support/run.ts';
import {
  type ChartNeeds,
  chartNeeds,
  isUnresolved,
  type TemplateNeeds,
} from '../zarf/chart-needs.ts';
import type { Component } from '../zarf/definition.ts';
import { readObjects } from '../zarf/deployed-object.ts';
import { fillPlaceholders } from '../zarf/placeholders.ts';
import { quantity, workloadNeeds } from '../zarf/workload-needs.ts';
import { type DescribedPackage, imageTotals } from './describe-archive.ts';

interface Ports {
  readonly compute: Compute;
  readonly openCompute: () => Promise<Compute>;
}

/** Secrets that Zarf puts into every namespace it deploys to. */
const byZarf: ReadonlySet<string> = new Set(['private-registry', 'private-git-server']);

interface Looked extends TemplateNeeds {
  readonly package: string;
  readonly component: string;
}

/**
 * What the side that deploys must have: by metadata, and by the charts and manifests of the components
 * that are deployed, with the defaults of their variables.
 */
export async function gatherRequirements(
  facts: ArchiveFacts,
  packages: readonly DescribedPackage[],
  archive: OpenArchive,
  ports: Ports,
  run: Run,
): Promise<Requirements> {
  const notLookedAt: { what: string; reason: string }[] = [];
  for (const { facts: each } of packages) {
    const { build, metadata } = each.definition?.definition ?? {};
    if (build?.differential !== true) continue;
    notLookedAt.push({
      what: `${metadata?.name ?? each.label}: images and repositories of version ${build.differentialPackageVersion ?? '(it does not say which)'}`,
      reason:
        'they are not embedded in a differential package: that version has to be there already',
    });
  }
  const looked = await lookIntoComponents(facts, packages, archive, ports, notLookedAt, run);
  const volumes = looked.flatMap(volumesOf).sort(bySource);
  const made = new Set(looked.flatMap(({ needs }) => needs.madeSecrets));
  return {
    disk: { archive: facts.container.size, unpacked: unpackedBytes(facts, packages) },
    registry: imageTotals(packages).uniqueSize,
    volumes,
    volumeTotal: volumes.reduce((sum, { bytes = 0, count }) => sum + bytes * count, 0),
    gpus: looked.flatMap(gpusOf).sort(bySource),
    variables: packages.flatMap(requiredVariables).sort(bySource),
    secrets: requiredSecrets(looked, made),
    notLookedAt: notLookedAt.sort((a, b) =>
      compare(`${a.what} ${a.reason}`, `${b.what} ${b.reason}`),
    ),
  };
}

/**
 * Zarf unpacks the whole package, and a component once more whenever it looks into one; UDS unpacks
 * one package after the other.
 */
function unpackedBytes(
  { container, bundle }: ArchiveFacts,
  packages: readonly DescribedPackage[],
): number {
  const needs = packages.map(({ facts: { files } }) => {
    const all = [...files.values()];
    const tars = all.filter(({ path }) => path.startsWith('components/')).map(({ size }) => size);
    const whole =
      bundle === undefined ? container.tarSize : all.reduce((sum, { size }) => sum + size, 0);
    return whole + tars.reduce((most, size) => Math.max(most, size), 0);
  });
  return needs.reduce((most, bytes) => Math.max(most, bytes), 0);
}

async function lookIntoComponents(
  facts: ArchiveFacts,
  packages: readonly DescribedPackage[],
  archive: OpenArchive,
  { compute, openCompute }: Ports,
  notLookedAt: { what: string; reason: string }[],
  run: Run,
): Promise<readonly Looked[]> {
  const deployed = packages.flatMap((each) =>
    (each.facts.definition?.definition?.components ?? [])
      .filter(
        ({ name, charts = [], manifests = [] }) =>
          each.selected.has(name) && charts.length + manifests.length > 0,
      )
      .map((component) => ({ each, component, tar: tarPath(facts, each, component) })),
  );
  const wanted = new Set(deployed.flatMap(({ tar }) => (tar === undefined ? [] : [tar])));
  let nested: ReadonlyMap<string, NestedFiles> = new Map();
  if (wanted.size > 0 && archive.ranges === undefined) {
    notLookedAt.push({
      what: 'charts and manifests',
      reason: 'standard input can be read only once; give the archive as a file',
    });
    return [];
  }
  if (wanted.size > 0) {
    const wants = (path: string): boolean =>
      /^[^/]+\/(?:charts|values|manifests)\/[^/]+$/.test(path);
    const worker = facts.container.unproven === true ? compute : await openCompute();
    try {
      nested = await readNestedFiles(
        archive,
        { isTar: (path) => wanted.has(path), wants },
        defaultReadLimits,
        worker,
        run,
      );
    } catch (error) {
      if (!(error instanceof ArchiveError || error instanceof ContainerFault)) throw error;
      notLookedAt.push({ what: 'charts and manifests', reason: error.message });
    }
  }
  const looked: Looked[] = [];
  for (const { each, component, tar } of deployed) {
    const label = each.facts.label;
    const skip = (what: string, reason: string): void =>
      void notLookedAt.push({
        what: `${label}: ${component.name}${what === '' ? '' : `/${what}`}`,
        reason,
      });
    const files = tar === undefined ? undefined : nested.get(tar);
    if (files === undefined) {
      skip('', 'its component tar is not in the archive, or could not be read');
      continue;
    }
    if (files.fault !== undefined) skip('', files.fault);
    for (const path of files.tooLarge) skip(path, 'it is too large to be looked into');
    const found = await lookInto(each, component, files.files, compute, skip);
    looked.push(
      ...found.map((template) => ({ ...template, package: label, component: component.name })),
    );
  }
  return looked;
}

function tarPath(
  { bundle }: ArchiveFacts,
  { facts }: DescribedPackage,
  { name }: Component,
): string | undefined {
  const path = `components/${name}.tar`;
  const file = facts.files.get(path);
  if (bundle === undefined) return file === undefined ? undefined : path;
  if (file?.digest === undefined) return undefined;
  return `${bundle.format === 'next' ? 'oci/' : ''}blobs/sha256/${hexOf(file.digest)}`;
}

async function lookInto(
  { facts, entry }: DescribedPackage,
  component: Component,
  files: ReadonlyMap<string, Uint8Array>,
  compute: Compute,
  skip: (what: string, reason: string) => void,
): Promise<readonly TemplateNeeds[]> {
  const fill = fillPlaceholders(facts.definition?.definition);
  const templates: TemplateNeeds[] = [];
  const file = (path: string): Uint8Array | undefined => files.get(`${component.name}/${path}`);
  for (const {
    name,
    version = '',
    releaseName,
    namespace = '',
    valuesFiles = [],
    templatedValuesFiles = [],
  } of component.charts ?? []) {
    const stem = version === '' ? name : `${name}-${version}`;
    const packed = file(`charts/${stem}.tgz`);
    if (packed === undefined) {
      skip(`charts/${stem}.tgz`, 'it is not in the component');
      continue;
    }
    const override = entry?.overrides?.[component.name]?.[name];
    const settings = [
      ...(override?.values ?? []),
      ...(override?.variables ?? []).flatMap(({ path, default: value }) =>
        value === undefined ? [] : [{ path, value }],
      ),
    ];
    const valuesCount = valuesFiles.length + templatedValuesFiles.length;
    const values = Array.from({ length: valuesCount }, (_, index) =>
      file(`values/${stem}-${index}`),
    ).filter((bytes) => bytes !== undefined);
    if (values.length < valuesCount)
      skip(
        `values/${stem}`,
        `${valuesCount - values.length} of its values files are not in the component`,
      );
    const needs = await chart(packed, compute, (inside) =>
      chartNeeds({
        files: inside,
        valuesFiles: values,
        settings,
        releaseName: releaseName || name,
        namespace: override?.namespace ?? namespace,
        fill,
      }),
    );
    if (needs === undefined) {
      skip(`charts/${stem}.tgz`, 'it is no packed chart that can be read');
      continue;
    }
    for (const { path, reason } of needs.unread) skip(`${name}/${path}`, reason);
    templates.push(...needs.templates.map((each) => ({ ...each, path: `${name}/${each.path}` })));
  }
  for (const [path, bytes] of [...files].filter(([each]) =>
    each.startsWith(`${component.name}/manifests/`),
  )) {
    const shown = path.slice(component.name.length + 1);
    const { text } = fill(Buffer.from(bytes).toString('utf8'));
    const objects = readObjects(text, { component: component.name, source: shown, namespace: '' });
    if (objects === undefined) skip(shown, 'it is no YAML before it is templated');
    else templates.push({ path: shown, needs: workloadNeeds(objects) });
  }
  return templates;
}

async function chart(
  packed: Uint8Array,
  compute: Compute,
  look: (files: ReadonlyMap<string, Uint8Array>) => ChartNeeds,
): Promise<ChartNeeds | undefined> {
  try {
    const { files, fault } = await readPackedFiles(packed, () => true, defaultReadLimits, compute);
    return fault !== undefined || files.size === 0 ? undefined : look(files);
  } catch (error) {
    if (error instanceof ArchiveError) return undefined;
    throw error;
  }
}

function volumesOf({ package: holder, component, path, needs }: Looked): readonly RequiredVolume[] {
  return needs.volumes.map(({ name, request, storageClass, count }) => {
    const known = request === undefined || isUnresolved(request) ? undefined : request;
    const bytes = quantity(known);
    return {
      package: holder,
      component,
      source: path,
      name,
      ...(known === undefined ? {} : { request: known }),
      ...(bytes === undefined ? {} : { bytes }),
      ...(storageClass === undefined || isUnresolved(storageClass) ? {} : { storageClass }),
      count,
    };
  });
}

function gpusOf({ package: holder, component, path, needs }: Looked): readonly RequiredGpu[] {
  return needs.gpus.map(({ name, resource, limit, pods }) => ({
    package: holder,
    component,
    source: path,
    name,
    resource,
    ...(limit === undefined ? {} : { limit }),
    ...(pods === undefined ? {} : { pods }),
  }));
}

function requiredVariables({
  facts,
  entry,
}: DescribedPackage): readonly (RequiredVariable & { readonly source: string })[] {
  const holder = facts.label;
  // What another package of the bundle exports is given.
  const imported = new Set((entry?.imports ?? []).map(({ name }) => name));
  const declared = (facts.definition?.definition?.variables ?? [])
    .filter((each) => each.default === undefined && !imported.has(each.name))
    .map(({ name, sensitive = false, description }) => ({
      name,
      package: holder,
      declaredBy: 'package' as const,
      sensitive,
      source: '',
      ...(description === undefined ? {} : { description }),
    }));
  const charts = Object.values(entry?.overrides ?? {}).flatMap((each) => Object.values(each));
  const overrides = charts
    .flatMap(({ variables = [] }) => variables)
    .filter((each) => each.default === undefined && !imported.has(each.name))
    .map(({ name, sensitive = false, description }) => ({
      name,
      package: holder,
      declaredBy: 'bundle' as const,
      sensitive,
      source: '',
      ...(description === undefined ? {} : { description }),
    }));
  return [...declared, ...overrides];
}

function requiredSecrets(
  looked: readonly Looked[],
  made: ReadonlySet<string>,
): readonly RequiredSecret[] {
  const found = new Map<string, RequiredSecret>();
  for (const { package: holder, component, path, needs } of looked) {
    for (const { name, key, optional } of needs.secrets) {
      if (made.has(name) || byZarf.has(name)) continue;
      const id = `${holder}\n${component}\n${path}\n${name}`;
      const before = found.get(id);
      const keys = new Set([...(before?.keys ?? []), ...(key === undefined ? [] : [key])]);
      found.set(id, {
        package: holder,
        component,
        source: path,
        name,
        keys: [...keys].sort(),
        optional: optional && before?.optional !== false,
      });
    }
  }
  return [...found.values()].sort(bySource);
}

interface Placed {
  readonly package: string;
  readonly source: string;
  readonly name: string;
}

function bySource(a: Placed, b: Placed): number {
  return compare(a.package, b.package) || compare(a.source, b.source) || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
