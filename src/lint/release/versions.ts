import { fail, notApplicable, pass } from '../../checks/results.ts';
import { boxOf, textOf } from '../../zarf/deployed-object.ts';
import {
  type DeployedPackage,
  definitionSubject,
  type Place,
  placeSubject,
} from '../deployed-package.ts';
import type { DeployedRelease } from '../deployed-release.ts';
import { defineReleaseCheck, type LintResult, withFix } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';
import { flavorPackages, flavorsOf, packageAt, releaseFolder } from '../release-packages.ts';
import { replaceLiteral } from '../replace-literal.ts';

export const versions = defineReleaseCheck({
  id: 'release/versions',
  title: 'One version stands in the release definition, its packages, charts and bundles',
  severity: 'error',
  help: {
    why: 'A version that was raised in four of five places builds a release whose parts do not find each other.',
    fix: 'Write the version of the release everywhere, or list a package with its own under platform.ownVersions. lint --fix writes it where it stands as plain text.',
    source: 'Requirement R9; release model §3.1',
  },
  examples: {
    good: `# cowa-release.yaml
version: 0.14.0
# uds-bundle.yaml
metadata: { name: platform, version: 0.14.0 }
packages: [{ name: api, path: ../packages/api, ref: 0.14.0 }]`,
    bad: `# cowa-release.yaml
version: 0.14.0
# uds-bundle.yaml
metadata: { name: platform, version: 0.14.0 }
packages: [{ name: api, path: ../packages/api, ref: 0.13.2 }]`,
  },
  *evaluate(facts) {
    yield* ofSettings(facts);
    yield* ofPackages(facts);
    yield* ofBundles(facts);
    yield* ofCharts(facts);
    const count = facts.packages.length + facts.bundles.length;
    if (count === 0) yield notApplicable(wholeSubject(facts), 'there is nothing to compare');
    else yield pass(wholeSubject(facts), `versions of ${count} definitions were compared`);
  },
});

/** Whether the version is filled in when the package is made. */
function template({ texts, at, file }: DeployedPackage): string | undefined {
  const place = at('/metadata/version');
  const line = texts.get(place.file ?? file)?.split('\n')[place.line - 1] ?? '';
  return /###ZARF_PKG_(?:TMPL|VAR)_([A-Z0-9_]+)###/.exec(line.slice(place.column - 1))?.[1];
}

/** Values of create-time templates: the version is one of them, and no package has two. */
function* ofSettings(facts: DeployedRelease): Generator<LintResult> {
  const { definition, definitionAt } = facts;
  if (definition === undefined || definitionAt === undefined) return;
  const own = new Set(definition.platform?.ownVersions ?? []);
  for (const [flavor, config] of flavorsOf(definition))
    for (const [index, each] of config.packages.entries()) {
      const found = packageAt(facts, each, config);
      const name = found === undefined ? undefined : template(found);
      if (found === undefined || name === undefined || own.has(found.definition.metadata.name))
        continue;
      const value = each.set?.[name];
      if (value === undefined || value === definition.version) continue;
      const place = definitionAt(`/flavors/${flavor}/packages/${index}/set/${name}`);
      yield withFix(
        fail(
          placeSubject(place),
          `package ${found.definition.metadata.name} is made as version ${value} in flavor ${flavor}, the release is ${definition.version}`,
        ),
        replaceLiteral(textAt(facts, place), place, value, definition.version),
      );
    }
}

/** Versions packages say themselves. */
function* ofPackages(facts: DeployedRelease): Generator<LintResult> {
  const { definition } = facts;
  if (definition === undefined) return;
  const own = new Set(definition.platform?.ownVersions ?? []);
  const seen = new Set<string>();
  const all = flavorPackages(facts).flatMap(({ packages }) => packages);
  const listed = flavorsOf(definition).flatMap(([, config]) =>
    config.packages.map((each) => packageAt(facts, each, config)),
  );
  for (const found of [...listed, ...all.map((each) => each.package)]) {
    if (found === undefined || seen.has(found.file) || template(found) !== undefined) continue;
    seen.add(found.file);
    const { name, version } = found.definition.metadata;
    if (own.has(name) || version === definition.version) continue;
    if (!listed.some((each) => each?.file === found.file)) continue;
    const place = found.at('/metadata/version');
    yield withFix(
      fail(
        placeSubject(place),
        version === undefined
          ? `package ${name} has no version, the release is ${definition.version}`
          : `package ${name} is version ${version}, the release is ${definition.version}`,
      ),
      replaceLiteral(found.texts.get(place.file), place, version ?? '', definition.version),
    );
  }
}

function* ofBundles(facts: DeployedRelease): Generator<LintResult> {
  const { definition } = facts;
  const own = new Set(definition?.platform?.ownVersions ?? []);
  const ours = new Set(
    flavorPackages(facts).flatMap(({ bundle }) =>
      bundle === undefined ? [] : [bundle.definition.metadata.name],
    ),
  );
  for (const bundle of facts.bundles) {
    const { name, version } = bundle.definition.metadata;
    // Other channels of a bundle are the same release.
    const released = ours.has(name) ? definition?.version : undefined;
    const at = bundle.at('/metadata/version');
    if (released !== undefined && version !== released)
      yield withFix(
        fail(
          placeSubject(at),
          `bundle ${name} is version ${version ?? '(none)'}, the release is ${released}`,
        ),
        replaceLiteral(textAt(facts, at), at, version ?? '', released),
      );
    for (const { entry, pointer, package: found } of bundle.packages) {
      if (found === undefined) continue;
      const is = found.definition.metadata.version;
      const built = template(found) !== undefined && released === undefined;
      // What is published elsewhere may be of another day, unless it is this release.
      if (built || is === undefined || (entry.path === undefined && released === undefined))
        continue;
      const [tag = '', digest] = entry.ref.split('@');
      // The later format names files or registries, and the version in them.
      if (tag === '') continue;
      const due =
        template(found) === undefined || own.has(found.definition.metadata.name) ? is : released;
      if (due === undefined || tag === due) continue;
      const place = bundle.at(`${pointer}/ref`);
      yield withFix(
        fail(
          placeSubject(place),
          `bundle ${name} takes package ${entry.name} as ${tag}, it is version ${due}`,
        ),
        digest === undefined ? replaceLiteral(textAt(facts, place), place, tag, due) : [],
      );
    }
  }
}

/** A chart of a package has the version its package says. */
function* ofCharts({ packages, definition }: DeployedRelease): Generator<LintResult> {
  const seen = new Set<string>();
  for (const facts of packages)
    for (const chart of facts.charts) {
      const key = `${facts.file}\n${chart.pointer}\n${chart.folder}`;
      const entry = facts.definition.components
        .find(({ name }) => name === chart.component)
        ?.charts?.find(({ name }) => name === chart.name);
      const says = entry?.version;
      const is = textOf(boxOf(chart.chartFile?.value)?.['version']);
      if (seen.has(key) || says === undefined || says === '' || is === '' || is === says) continue;
      seen.add(key);
      // A stand-in of lint itself.
      if (says === '0.0.0' || is.includes('###')) continue;
      yield fail(
        definitionSubject(facts, `${chart.pointer}/version`),
        `chart '${chart.name}' is taken as version ${says}, its Chart.yaml says ${is}`,
        // Zarf names the packed chart by its own version and compares nothing: it deploys all the same.
        { severity: definition === undefined ? 'note' : 'warning' },
      );
    }
}

function textAt(facts: DeployedRelease, { file }: Place): string | undefined {
  return facts.documents?.get(file) ?? facts.documents?.get(`${releaseFolder(facts)}/${file}`);
}
