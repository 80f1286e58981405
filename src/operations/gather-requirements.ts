import type { ArchiveFacts } from '../checks/facts.ts';
import type { OpenArchive } from '../ports/archive-source.ts';
import type {
  RequiredGpu,
  RequiredSecret,
  RequiredVariable,
  RequiredVolume,
  Requirements,
} from '../report/requirements.ts';
import type { Run } from '../support/run.ts';
import type { DeployedObject } from '../zarf/deployed-object.ts';
import { isUnresolved } from '../zarf/placeholders.ts';
import { quantity, type WorkloadNeeds, workloadNeeds } from '../zarf/workload-needs.ts';
import { type DescribedPackage, imageTotals } from './describe-archive.ts';
import { type RenderArchivePorts, renderArchive } from './render-archive.ts';
import type { RenderedPackage } from './render-carried-package.ts';

/** Secrets that Zarf puts into every namespace it deploys to. */
const byZarf: ReadonlySet<string> = new Set(['private-registry', 'private-git-server']);

/** What one template or manifest asks for. */
interface Looked {
  readonly package: string;
  readonly component: string;
  readonly path: string;
  readonly needs: WorkloadNeeds;
}

/**
 * What the side that deploys must have: by metadata, and by the charts and manifests of the components
 * that are deployed, with the defaults of their variables.
 */
export async function gatherRequirements(
  facts: ArchiveFacts,
  packages: readonly DescribedPackage[],
  archive: OpenArchive,
  ports: RenderArchivePorts,
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
  const { rendered, notRead } = await renderArchive(facts, packages, archive, ports, run);
  notLookedAt.push(...notRead);
  for (const { package: each, deployment } of rendered)
    for (const { path, component, reason } of deployment.unread)
      notLookedAt.push({ what: `${each.facts.label}: ${component}/${path}`, reason });
  const looked = rendered.flatMap(lookedAt);
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

/** What each template and manifest asks for, by what is rendered. */
function lookedAt(rendered: RenderedPackage): readonly Looked[] {
  const bySources = new Map<string, DeployedObject[]>();
  for (const object of rendered.deployment.objects) {
    const id = JSON.stringify([object.component, object.source]);
    bySources.set(id, [...(bySources.get(id) ?? []), object]);
  }
  return [...bySources.values()].flatMap((objects) => {
    const [first] = objects;
    if (first === undefined) return [];
    const { component, source: path } = first;
    return [
      { package: rendered.package.facts.label, component, path, needs: workloadNeeds(objects) },
    ];
  });
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
