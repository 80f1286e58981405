import type { ArchiveFacts, PackageFacts } from '../checks/facts.ts';
import { statedTarget } from '../lint/choose-target.ts';
import type { DeployedChart, DeployedPackage } from '../lint/deployed-package.ts';
import type { DeployedBundle, DeployedRelease } from '../lint/deployed-release.ts';
import type { TargetCluster } from '../lint/target-cluster.ts';
import type { Run } from '../support/run.ts';
import { findPlace, type TextPlace } from '../support/text-lines.ts';
import type { PackageDefinition } from '../zarf/definition.ts';
import { textOf, toDeployedChart } from './deployed-chart.ts';
import { type DescribedPackage, describedPackages } from './describe-archive.ts';
import { archiveImages } from './own-images.ts';
import { carriedBefore } from './package-company.ts';
import { renderKept } from './render-archive.ts';
import type { RenderedPackage } from './render-carried-package.ts';

/** What an archive would deploy, as the checks of definitions know it. */
export interface ArchiveDeployment {
  readonly packages: readonly DeployedPackage[];
  /** All of it together. */
  readonly release: DeployedRelease;
}

/** What an archive does not say of itself. */
export interface DeploymentContext {
  /** When it is installed; undefined: nobody knows. */
  readonly installOn?: Date | undefined;
  /** The cluster it was made for, as its release statement says; the default profile's without. */
  readonly cluster?: TargetCluster | undefined;
}

/**
 * What an archive would deploy, from nothing but what one pass over it kept. What was not kept, a large chart
 * above all, stands among the unread.
 */
export async function gatherArchiveDeployment(
  facts: ArchiveFacts,
  run: Run,
  { installOn, cluster }: DeploymentContext = {},
): Promise<ArchiveDeployment> {
  const described = describedPackages(facts).filter(
    ({ facts: each }) => each.definition?.definition !== undefined,
  );
  // Of a package by itself every component may be asked for when it is deployed.
  const asked =
    facts.bundle === undefined ? described.map((each) => withAllComponents(each)) : described;
  const { rendered, notRead } = await renderKept(
    facts,
    asked,
    cluster === undefined ? {} : { cluster },
    run,
  );
  const inBundle = facts.bundle !== undefined;
  const target = cluster === undefined ? undefined : statedTarget(cluster);
  const alone = rendered
    .map((each) => toDeployedPackage(each, inBundle, notRead))
    .map((each) => (target === undefined ? each : { ...each, target }));
  const bundles = bundleOf(facts, described, alone);
  const packages = alone.map((each) => {
    const before = carriedBefore(each.file, each.flavor, bundles);
    return before === undefined ? each : { ...each, carriedBefore: before };
  });
  const release: DeployedRelease = {
    label: facts.identity.fileName ?? 'standard input',
    definition: undefined,
    definitionAt: undefined,
    packages,
    bundles: bundleOf(facts, described, packages),
    documents: undefined,
    images: archiveImages(facts),
    ...(installOn === undefined ? {} : { installOn }),
    unread: facts.packages
      .filter(({ definition }) => definition?.definition === undefined)
      .map(({ label }) => ({ path: label, reason: 'its definition cannot be read' })),
  };
  return { packages, release };
}

function withAllComponents(each: DescribedPackage): DescribedPackage {
  const components = each.facts.definition?.definition?.components ?? [];
  return { ...each, selected: new Set(components.map(({ name }) => name)) };
}

function toDeployedPackage(
  { package: each, deployment, charts, manifests }: RenderedPackage,
  inBundle: boolean,
  notRead: readonly { readonly what: string; readonly reason: string }[],
): DeployedPackage {
  const { facts, selected } = each;
  const { label } = facts;
  const named = (path: string): string => (inBundle ? `${label}: ${path}` : path);
  const whole = facts.definition?.definition ?? {
    kind: '',
    metadata: { name: '' },
    components: [],
  };
  const kept = whole.components.map((component, index) => ({ component, index }));
  const deployed = kept.filter(({ component }) => selected.has(component.name));
  const definition: PackageDefinition = {
    ...whole,
    components: deployed.map(({ component }) => component),
  };
  const text = textOf(facts.definitionBytes ?? new Uint8Array());
  const file = named('zarf.yaml');
  const texts = new Map([[file, text]]);
  for (const { path, bytes } of manifests) texts.set(named(path), textOf(bytes));
  const found: DeployedChart[] = [];
  for (const [index, component] of definition.components.entries())
    for (const [place, chart] of (component.charts ?? []).entries()) {
      const opened = charts.get(`${component.name}/${chart.name}`);
      if (opened === undefined) continue;
      found.push(
        toDeployedChart(
          {
            component: component.name,
            chart,
            pointer: `/components/${index}/charts/${place}`,
            namespace: deployment.namespaceOf(component.name, chart),
            folder: named(chart.name),
            files: opened.files,
            valuesFiles: opened.valuesFiles.map(({ path, bytes }) => ({
              path: named(path),
              bytes,
            })),
          },
          texts,
        ),
      );
    }
  const lost = notRead
    .filter(
      ({ what }) =>
        what.startsWith(`${label}: `) &&
        // Told below, with the chart that needs it.
        !deployment.unread.some(({ path }) => what.endsWith(`/${path}`)),
    )
    .map(({ what, reason }) => ({
      path: inBundle ? what : what.slice(label.length + 2),
      component: '',
      reason,
      fails: false,
    }));
  return {
    label,
    file,
    flavor: whole.build?.flavor ?? '',
    architecture: whole.build?.architecture ?? whole.metadata.architecture ?? '',
    definition,
    charts: found,
    objects: deployment.objects.map((object) => ({
      ...object,
      source: named(object.source),
      // A template that another one includes stands in the same package.
      at: (path) => {
        const { file, ...place } = object.at(path);
        return file === undefined ? place : { ...place, file: named(file) };
      },
    })),
    unread: [
      ...deployment.unread.map((unread) => ({ ...unread, path: named(unread.path) })),
      ...lost,
    ],
    texts,
    at: (pointer) => ({ file, ...placeOf(pointer, deployed, facts) }),
    find: (wanted) => findPlace(text, wanted),
  };
}

/** Components that are not deployed were left out, so the others stand elsewhere in the document. */
function placeOf(
  pointer: string,
  deployed: readonly { readonly index: number }[],
  { definition }: PackageFacts,
): TextPlace {
  const [, at, rest = ''] = /^\/components\/([0-9]+)(\/.*)?$/s.exec(pointer) ?? [];
  const index = at === undefined ? undefined : deployed[Number(at)]?.index;
  const authored = index === undefined ? pointer : `/components/${index}${rest}`;
  return definition?.locate(authored) ?? { line: 1, column: 1 };
}

function bundleOf(
  { bundle }: ArchiveFacts,
  described: readonly DescribedPackage[],
  packages: readonly DeployedPackage[],
): readonly DeployedBundle[] {
  const parsed = bundle?.definition;
  if (parsed?.bundle === undefined) return [];
  const file = parsed.format === 'next' ? 'bundle.uds.hcl' : 'uds-bundle.yaml';
  const half = bundle?.format === 'next' ? 'next' : 'legacy';
  const labels = new Map(
    (bundle?.members ?? [])
      .filter((member) => member.half === half)
      .map(({ pointer, label }) => [pointer, label]),
  );
  const known = new Set(described.map(({ facts }) => facts.label));
  return [
    {
      file,
      definition: parsed.bundle,
      flavor: undefined,
      config: undefined,
      packages: parsed.bundle.packages.map((entry, index) => {
        const pointer = `/packages/${index}`;
        const label = labels.get(pointer);
        const facts =
          label !== undefined && known.has(label)
            ? packages.find((each) => each.label === label)
            : undefined;
        return { entry, pointer, package: facts };
      }),
      at: (pointer) => ({ file, ...parsed.locate(pointer) }),
    },
  ];
}
