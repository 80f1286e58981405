import { describe, expect, it } from 'vitest';
import type { TargetConfig } from '../../src/config/release-definition.ts';
import { chooseTarget } from '../../src/lint/choose-target.ts';
import type { DeployedPackage } from '../../src/lint/deployed-package.ts';
import type { DeployedRelease } from '../../src/lint/deployed-release.ts';
import type { LintResult, PackageCheck, ReleaseCheck } from '../../src/lint/lint-check.ts';
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

/** Objects of a test: what stands before them all, and what they are. */
type Objects = string | readonly [yaml: string, parts: DeployedParts];

/** What a check is to say of packages; a release check sees each in a bundle of its own. */
export interface JudgedCases {
  readonly silent: Readonly<Record<string, Objects>>;
  /** Objects, then what is said of them, in order; a text in part. */
  readonly finds: Readonly<Record<string, readonly [Objects, ...string[]]>>;
  /** Those of `finds` where another part of the same object is sound. */
  readonly passesBeside?: readonly string[];
  /** Said of a package without objects. */
  readonly nothing: string;
  /** Objects about which nothing is said where a file could not be read, or where there is no bundle, but by half. */
  readonly absent?: string;
}

/** Registers the tests of a check of one package. */
export function judgesPackages(check: PackageCheck, cases: JudgedCases): void {
  const factsOf = (objects: Objects) => packageOf(objects);
  register(check.id, cases, {
    said: (objects) => saidBy(check, factsOf(objects)),
    all: (objects) => [...check.evaluate(factsOf(objects))],
  });
}

/** Registers the tests of a check of a release. */
export function judgesReleases(check: ReleaseCheck, cases: JudgedCases): void {
  const factsOf = (objects: Objects) => aDeployedRelease(packageOf(objects));
  register(check.id, cases, {
    said: (objects) => saidBy(check, factsOf(objects)),
    all: (objects) => [...check.evaluate(factsOf(objects))],
  });
  const { absent } = cases;
  if (absent === undefined) return;
  describe(`${check.id}, of what is absent`, () => {
    it('does not decide where a file could not be read', () => {
      const unread = [{ path: 'a.yaml', reason: 'no', fails: false, component: 'app' }];
      const said = saidBy(check, aDeployedRelease(packageOf([absent, { unread }])));
      expect(said.map((each) => each.split(' ')[0])).toEqual(['undecided']);
      expect(said[0]).toContain('a.yaml could not be read: no');
    });

    it('only warns of a package that is in no bundle', () => {
      const said = saidBy(check, aloneRelease(packageOf(absent)));
      expect(said.map((each) => each.split(' ')[0])).toEqual(['warning']);
      expect(said[0]).toContain('in no bundle here that might bring it');
    });
  });
}

function packageOf(objects: Objects): DeployedPackage {
  return typeof objects === 'string'
    ? aDeployedPackage(objects)
    : aDeployedPackage(objects[0], objects[1]);
}

function register(
  id: string,
  { silent, finds, nothing, passesBeside = [] }: JudgedCases,
  judge: {
    /** Lines, without passes. */
    readonly said: (objects: Objects) => readonly string[];
    readonly all: (objects: Objects) => readonly LintResult[];
  },
): void {
  describe(id, () => {
    it.each(Object.entries(silent))('is silent about %s', (_, objects) => {
      expect(judge.said(objects).filter((each) => !each.startsWith('not-applicable'))).toEqual([]);
    });

    it.each(Object.entries(finds))('finds %s', (_, [objects, ...said]) => {
      expect(judge.said(objects)).toEqual(said.map((each) => expect.stringContaining(each)));
    });

    const whole = Object.entries(finds).filter(([name]) => !passesBeside.includes(name));
    it.each(whole)('passes no object that it finds %s in', (_, [objects]) => {
      const passed = judge.all(objects).filter(({ outcome }) => outcome === 'pass');
      const failed = judge.all(objects).filter(({ outcome }) => outcome !== 'pass');
      const names = failed.map(({ subject }) => subject.object ?? subject.name);
      expect(
        passed.filter(({ subject }) => names.includes(subject.object ?? subject.name)),
      ).toEqual([]);
    });

    it('passes what is sound', () => {
      const results = Object.values(silent).flatMap((objects) => judge.all(objects));
      expect(results.map(({ outcome }) => outcome)).toContain('pass');
    });

    it('says where there is nothing to judge', () => {
      expect(judge.said('')).toEqual([`not-applicable: ${nothing}`]);
    });
  });
}

/** `apiVersion`, `kind` and `metadata` of an object, with the rest of it. */
export function object(apiVersion: string, kind: string, name: string, rest = ''): string {
  return `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name} }\n${rest}\n`;
}

/** A pod of `spec`, with labels. */
export function aPod(spec: string, labels = '{ app: api }'): string {
  return `---\napiVersion: v1\nkind: Pod\nmetadata: { name: api, labels: ${labels} }\nspec: ${spec}\n`;
}
