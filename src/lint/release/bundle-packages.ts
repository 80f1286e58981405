import { posix } from 'node:path';
import { isArchiveName } from '../../archive/archive-name.ts';
import { fail, notApplicable, pass } from '../../checks/results.ts';
import { type DeployedPackage, placeSubject } from '../deployed-package.ts';
import type { BundledPackage, DeployedBundle, DeployedRelease } from '../deployed-release.ts';
import { defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { listed, meant, wholeSubject } from '../lint-results.ts';
import { flavorPackages } from '../release-packages.ts';

export const bundlePackages = defineReleaseCheck({
  id: 'release/bundle-packages',
  title: 'Every package of a bundle is one there is, by name, flavor and architecture',
  severity: 'error',
  help: {
    why: 'A bundle finds a local package by a file name made of these; one that differs is not found, or another one is.',
    fix: 'Make name, path, flavor and architecture of the entry and of the package agree.',
    source: 'UDS bundle format §1.1, local file lookup; release model §4; requirement R9',
  },
  examples: {
    good: `# packages/api/zarf.yaml: metadata.name api, components only for flavor upstream
packages:
  - { name: api, path: packages/api, ref: 1.0.0, flavor: upstream }`,
    bad: `# the flavor is missing, so zarf-package-api-amd64-1.0.0.tar.zst is looked for
packages:
  - { name: api, path: packages/api, ref: 1.0.0 }`,
  },
  *evaluate(facts) {
    for (const bundle of facts.bundles)
      for (const each of bundle.packages) yield* judge(facts, bundle, each);
    yield* ofRelease(facts);
    if (facts.bundles.length === 0) yield notApplicable(wholeSubject(facts), 'there is no bundle');
    else
      yield pass(
        wholeSubject(facts),
        `packages of ${facts.bundles.length} bundles were looked for`,
      );
  },
});

function* judge(
  facts: DeployedRelease,
  bundle: DeployedBundle,
  { entry, pointer, package: found }: BundledPackage,
): Generator<LintResult> {
  const at = (member: string) => placeSubject(bundle.at(`${pointer}/${member}`));
  const arch = bundle.definition.metadata.architecture;
  const own = found === undefined ? undefined : authoredArchitecture(found);
  if (arch !== undefined && own !== undefined && own !== '' && own !== arch)
    yield fail(at('name'), `package '${entry.name}' is for ${own}, the bundle for ${arch}`);
  if (entry.path === undefined || isArchiveName(entry.path)) return;
  const folder = posix.join(posix.dirname(bundle.file), entry.path);
  const file = posix.join(folder, 'zarf.yaml');
  const here = facts.packages.filter((each) => posix.normalize(each.file) === file);
  const elsewhere = facts.packages.some(
    ({ definition }) => definition.metadata.name === entry.name,
  );
  const names = new Set(here.map(({ definition }) => definition.metadata.name));
  const [name] = names;
  if (name === undefined) {
    const somewhere = [...(facts.files ?? [])].some((path) => path.startsWith(`${folder}/`));
    if (facts.files !== undefined && !somewhere && !folder.startsWith('..'))
      yield fail(
        at('path'),
        `nothing lies at ${folder} yet, where package '${entry.name}' is looked for`,
        {
          severity: 'note',
        },
      );
    return;
  }
  // Archives of a package that is made elsewhere may be put there.
  if (!names.has(entry.name) && elsewhere) return;
  if (!names.has(entry.name) && entry.name !== 'init')
    yield fail(at('name'), `the package at ${folder} is called ${name}, not '${entry.name}'`);
  const flavors = new Set(here.map(({ flavor }) => flavor));
  if (flavors.has(entry.flavor ?? '')) return;
  const known = [...flavors].filter((flavor) => flavor !== '');
  const has = known.length === 0 ? 'no flavors' : listed(known);
  if (entry.flavor === undefined)
    yield fail(
      at('name'),
      `package '${entry.name}' has flavors, of which the bundle names none; it has ${has}`,
      // Before Zarf 0.61 the flavor was no part of the file name; this program writes it there.
      facts.definition === undefined ? { severity: 'warning' } : {},
    );
  else
    yield fail(
      at('flavor'),
      `package '${entry.name}' has no flavor '${entry.flavor}'; it has ${has}${meant(entry.flavor, known)}`,
    );
}

/** What the file says, whatever it is made for. */
function authoredArchitecture({ at, texts }: DeployedPackage): string | undefined {
  const { file, line, column } = at('/metadata/architecture');
  const written =
    texts
      .get(file)
      ?.split('\n')
      [line - 1]?.slice(column - 1) ?? '';
  return /^["']?(amd64|arm64)\b/.exec(written)?.[1];
}

/** What the release definition says of the same packages. */
function* ofRelease(facts: DeployedRelease): Generator<LintResult> {
  for (const { name, config, bundle } of flavorPackages(facts)) {
    if (bundle === undefined) continue;
    const { architecture } = bundle.definition.metadata;
    const due = facts.definition?.architecture;
    if (architecture !== undefined && due !== undefined && architecture !== due)
      yield fail(
        placeSubject(bundle.at('/metadata/architecture')),
        `the bundle is for ${architecture}, the release for ${due}`,
      );
    for (const { entry, pointer, package: found } of bundle.packages) {
      const same = config.packages.find(
        ({ path }) =>
          entry.path !== undefined &&
          (path === found?.file || posix.basename(path) === posix.basename(entry.path)),
      );
      const wanted = same?.zarfFlavor ?? config.zarfFlavor;
      if (same === undefined || wanted === undefined || entry.flavor === undefined) continue;
      if (entry.flavor !== wanted)
        yield fail(
          placeSubject(bundle.at(`${pointer}/flavor`)),
          `flavor ${name} of the release makes package '${entry.name}' as '${wanted}', the bundle takes it as '${entry.flavor}'`,
        );
    }
  }
}
