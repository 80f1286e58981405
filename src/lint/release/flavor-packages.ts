import { isArchiveName } from '../../archive/archive-name.ts';
import { fail, notApplicable, pass } from '../../checks/results.ts';
import { placeSubject } from '../deployed-package.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { listed, meant, wholeSubject } from '../lint-results.ts';
import { flavorPackages, packageAt } from '../release-packages.ts';

export const flavorPackagesCheck = defineReleaseCheck({
  id: 'release/flavor-packages',
  title: 'A flavor makes the packages its bundle takes, and no others',
  severity: 'error',
  help: {
    why: 'A package that is only in the bundle is not made; one that is only in the flavor is made for nothing.',
    fix: 'List it under packages of the flavor and in uds-bundle.yaml, or in neither.',
    source: 'Release model §4 and §5; requirement R9',
  },
  examples: {
    good: `# cowa-release.yaml
flavors: { cpu: { packages: [{ path: packages/api }], bundle: { path: bundles/cpu } } }
# bundles/cpu/uds-bundle.yaml
packages: [{ name: api, path: ../../packages/api, ref: 1.0.0 }]`,
    bad: `# cowa-release.yaml
flavors: { cpu: { packages: [{ path: packages/api }], bundle: { path: bundles/cpu } } }
# bundles/cpu/uds-bundle.yaml
packages: [{ name: ui, path: ../../packages/ui, ref: 1.0.0 }]`,
  },
  *evaluate(facts) {
    let count = 0;
    for (const { name, config, bundle } of flavorPackages(facts)) {
      if (bundle === undefined || facts.definitionAt === undefined) continue;
      count++;
      const made = config.packages.map((each) => packageAt(facts, each, config));
      const names = made.flatMap((each) =>
        each === undefined ? [] : [each.definition.metadata.name],
      );
      const taken = bundle.packages.map(({ entry }) => entry.name);
      for (const [index, each] of made.entries()) {
        if (each === undefined || taken.includes(each.definition.metadata.name)) continue;
        yield fail(
          placeSubject(facts.definitionAt(`/flavors/${name}/packages/${index}`)),
          `flavor ${name} makes package ${each.definition.metadata.name}, which its bundle does not take`,
          { severity: 'warning' },
        );
      }
      if (made.includes(undefined)) continue;
      for (const { entry, pointer } of bundle.packages) {
        const archive = entry.path !== undefined && isArchiveName(entry.path);
        if (entry.path === undefined || archive || names.includes(entry.name)) continue;
        yield fail(
          placeSubject(bundle.at(`${pointer}/name`)),
          `flavor ${name} does not make package '${entry.name}'; it makes ${listed(names)}${meant(entry.name, names)}`,
        );
      }
    }
    const subject = wholeSubject(facts);
    if (count === 0) yield notApplicable(subject, 'no flavor of a release has a bundle here');
    else yield pass(subject, `${count} flavors were compared with their bundles`);
  },
});
