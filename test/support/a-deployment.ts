import type { TargetConfig } from '../../src/config/release-definition.ts';
import { chooseTarget } from '../../src/lint/choose-target.ts';
import type { DeployedPackage } from '../../src/lint/deployed-package.ts';
import type { DeployedRelease } from '../../src/lint/deployed-release.ts';
import type { PackageCheck, ReleaseCheck } from '../../src/lint/lint-check.ts';
import type { Component, Variable } from '../../src/zarf/definition.ts';
import { readObjects } from '../../src/zarf/deployed-object.ts';

/** What a test says of a package; the rest is sound. */
export interface DeployedParts {
  readonly name?: string;
  readonly flavor?: string;
  readonly namespace?: string;
  readonly version?: string;
  readonly components?: readonly Component[];
  readonly variables?: readonly Variable[];
  readonly unread?: DeployedPackage['unread'];
  readonly target?: TargetConfig;
}

/** A package that deploys the objects of a YAML text, all of one file. */
export function aDeployedPackage(yaml: string, parts: DeployedParts = {}): DeployedPackage {
  const { name = 'app', namespace = 'ns' } = parts;
  const component = name;
  const source = `${name}/all.yaml`;
  const objects = readObjects(yaml, { component, source, namespace });
  if (objects === undefined) throw new Error('the objects of the test are no YAML');
  const file = `${name}/zarf.yaml`;
  const definition = {
    kind: 'ZarfPackageConfig' as const,
    metadata: { name, version: parts.version ?? '1.2.3' },
    ...(parts.variables === undefined ? {} : { variables: parts.variables }),
    components: parts.components ?? [
      {
        name: component,
        required: true,
        charts: [{ name, namespace, localPath: 'chart', version: '1.2.3' }],
      },
    ],
  };
  return {
    label: name,
    file,
    flavor: parts.flavor ?? '',
    architecture: 'amd64',
    definition,
    target: chooseTarget(parts.target),
    charts: [
      {
        component,
        pointer: '/components/0/charts/0',
        name,
        releaseName: name,
        namespace,
        folder: `${name}/chart`,
        chartFile: undefined,
        values: undefined,
        valuesFiles: [],
        templates: new Map(),
      },
    ],
    objects,
    unread: parts.unread ?? [],
    texts: new Map(),
    at: () => ({ file, line: 1, column: 1 }),
    find: () => undefined,
  };
}

/** Packages that are deployed by one bundle, in their order. */
export function aDeployedRelease(...packages: readonly DeployedPackage[]): DeployedRelease {
  const file = 'bundle/uds-bundle.yaml';
  const alone = aloneRelease(...packages);
  return {
    ...alone,
    bundles: [
      {
        file,
        definition: {
          kind: 'UDSBundle',
          metadata: { name: 'all', version: '1.2.3' },
          packages: packages.map(({ label }) => ({ name: label, path: '.', ref: '1.2.3' })),
        },
        flavor: undefined,
        config: undefined,
        packages: packages.map((each, index) => ({
          entry: { name: each.label, path: '.', ref: '1.2.3' },
          pointer: `/packages/${index}`,
          package: each,
        })),
        at: () => ({ file, line: 1, column: 1 }),
      },
    ],
  };
}

/** Packages that are in no bundle. */
export function aloneRelease(...packages: readonly DeployedPackage[]): DeployedRelease {
  return {
    label: '.',
    definition: undefined,
    definitionAt: undefined,
    packages,
    bundles: [],
    documents: undefined,
    unread: [],
  };
}

/** What a check says, a line each: `fail 3: message`; without passes. */
export function saidBy(check: PackageCheck, facts: DeployedPackage): readonly string[];
export function saidBy(check: ReleaseCheck, facts: DeployedRelease): readonly string[];
export function saidBy<Facts>(
  check: Pick<PackageCheck, 'severity'> & {
    evaluate(
      facts: Facts,
    ): Iterable<ReturnType<PackageCheck['evaluate']> extends Iterable<infer R> ? R : never>;
  },
  facts: Facts,
): readonly string[] {
  return [...check.evaluate(facts)]
    .filter(({ outcome }) => outcome !== 'pass')
    .map(({ outcome, severity = check.severity, subject, message }) => {
      const word = outcome === 'fail' ? severity : outcome;
      return `${word}${subject.line === undefined ? '' : ` ${subject.line}`}: ${message}`;
    });
}
