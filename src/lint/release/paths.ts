import { posix } from 'node:path';
import { fail, notApplicable, pass } from '../../checks/results.ts';
import { bundleFile, packageFile } from '../../config/definition-file.ts';
import { pointerSegment } from '../../support/json-document.ts';
import { placeSubject } from '../deployed-package.ts';
import type { DeployedRelease } from '../deployed-release.ts';
import { defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';
import { flavorsOf, releaseFolder } from '../release-packages.ts';

export const paths = defineReleaseCheck({
  id: 'release/paths',
  title: 'Every path that a release definition or a bundle names is there',
  severity: 'error',
  help: {
    why: 'A path that was moved or misspelt stops the build late, often with an error that speaks of something else.',
    fix: 'Correct the path: those in cowa-release.yaml are relative to its folder, those in uds-bundle.yaml to that of the bundle.',
    source: 'Past failure P5; release model §4',
  },
  examples: {
    good: `# beside packages/api/zarf.yaml
flavors: { cpu: { packages: [{ path: packages/api }] } }`,
    bad: `# beside packages/api/zarf.yaml
flavors: { cpu: { packages: [{ path: package/api }] } }`,
  },
  *evaluate(facts) {
    const named = [...ofRelease(facts), ...ofBundles(facts)];
    const { files, root = '.' } = facts;
    if (files === undefined || named.length === 0) {
      yield notApplicable(wholeSubject(facts), 'no definition names paths that could be looked up');
      return;
    }
    const folders = new Set([...files].flatMap(above));
    for (const { path, subject, what, severity } of named) {
      // Outside of what was looked at.
      if (files.has(path) || folders.has(path) || !isBelow(root, path)) continue;
      yield fail(
        subject,
        `${what} ${path} is not there`,
        severity === undefined ? {} : { severity },
      );
    }
    yield pass(wholeSubject(facts), `${named.length} paths were looked up`);
  },
});

interface NamedPath {
  readonly path: string;
  readonly subject: ReturnType<typeof placeSubject>;
  readonly what: string;
  readonly severity?: LintResult['severity'];
}

function* ofRelease(facts: DeployedRelease): Generator<NamedPath> {
  const { definition, definitionAt } = facts;
  const folder = releaseFolder(facts);
  if (definition === undefined || definitionAt === undefined || folder === undefined) return;
  const at = (pointer: string) => placeSubject(definitionAt(pointer));
  const full = (path: string): string => posix.join(folder, path).replace(/(?<=.)\/$/, '');
  for (const [name, flavor] of flavorsOf(definition)) {
    for (const [index, { path }] of flavor.packages.entries())
      yield {
        path: packageFile(folder, path),
        subject: at(`/flavors/${name}/packages/${index}/path`),
        what: 'the package definition',
      };
    if (flavor.bundle !== undefined)
      yield {
        path: bundleFile(folder, flavor.bundle.path),
        subject: at(`/flavors/${name}/bundle/path`),
        what: 'the bundle definition',
      };
  }
  // Weights and archives are seldom kept beside definitions.
  for (const [index, { path }] of (definition.payloads ?? []).entries())
    if (path !== undefined)
      yield {
        path: full(path),
        subject: at(`/payloads/${index}/path`),
        what: 'the payload',
        severity: 'note',
      };
  for (const [index, source] of definition.imageSources.entries())
    if ('path' in source)
      yield {
        path: full(source.path),
        subject: at(`/imageSources/${index}/path`),
        what: 'the image source',
        severity: 'note',
      };
  const { policy } = definition.settings ?? {};
  if (policy !== undefined)
    yield { path: full(policy), subject: at('/settings/policy'), what: 'the policy' };
}

function* ofBundles({ bundles }: DeployedRelease): Generator<NamedPath> {
  for (const { file, packages, at } of bundles)
    for (const { entry, pointer } of packages)
      for (const [component, charts] of Object.entries(entry.overrides ?? {}))
        for (const [chart, { valuesFiles = [] }] of Object.entries(charts))
          for (const [index, path] of valuesFiles.entries())
            yield {
              path: posix.join(posix.dirname(file), path),
              subject: placeSubject(
                at(
                  `${pointer}/overrides/${pointerSegment(component)}/${pointerSegment(chart)}/valuesFiles/${index}`,
                ),
              ),
              what: 'the values file',
            };
}

function isBelow(root: string, path: string): boolean {
  if (root === '.') return !path.startsWith('..') && !posix.isAbsolute(path);
  return path.startsWith(`${root}/`);
}

/** Folders above a file. */
function above(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
