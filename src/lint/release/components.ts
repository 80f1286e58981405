import { fail, notApplicable, pass } from '../../checks/results.ts';
import { matchesGlob, selectedComponents } from '../../uds/selected-components.ts';
import { placeSubject } from '../deployed-package.ts';
import { defineReleaseCheck } from '../lint-check.ts';
import { listed, meant, wholeSubject } from '../lint-results.ts';

export const components = defineReleaseCheck({
  id: 'release/components',
  title: 'Optional components a bundle names exist, and every package of it deploys something',
  severity: 'error',
  help: {
    why: 'A bundle deploys what is required and what it lists: a name that is not there stops it, a package without either deploys nothing.',
    fix: 'Correct the name, set required: true on the component, or list it under optionalComponents.',
    source: 'UDS bundle format §1.1, optionalComponents; release model §3.1',
  },
  examples: {
    good: `components: [{ name: api, required: true }, { name: metrics }]
# uds-bundle.yaml
packages: [{ name: api, ref: 1.0.0, optionalComponents: [metrics] }]`,
    bad: `components: [{ name: api, required: true }, { name: metrics }]
# uds-bundle.yaml
packages: [{ name: api, ref: 1.0.0, optionalComponents: [metric] }]`,
  },
  *evaluate(facts) {
    let count = 0;
    for (const bundle of facts.bundles)
      for (const { entry, pointer, package: found } of bundle.packages) {
        if (found === undefined) continue;
        count++;
        const all = found.definition.components;
        const names = all.map(({ name }) => name);
        const wanted = entry.optionalComponents ?? [];
        // The later format knows patterns, and what is left out by `-`.
        const format = bundle.file.endsWith('.hcl') ? 'next' : 'legacy';
        const matches = (name: string, pattern: string): boolean =>
          format === 'legacy'
            ? name === pattern
            : matchesGlob(name, pattern.startsWith('-') ? pattern.slice(1) : pattern);
        for (const [index, name] of wanted.entries()) {
          const place = placeSubject(bundle.at(`${pointer}/optionalComponents/${index}`));
          const [component] = all.filter((each) => matches(each.name, name));
          if (component === undefined)
            yield fail(
              place,
              `package '${entry.name}' has no component '${name}'; it has ${listed(names)}${meant(name, names)}`,
              // What is not there needs no leaving out.
              format === 'next' && name.startsWith('-') ? { severity: 'note' } : {},
            );
          else if (component.required === true && component.name === name)
            yield fail(
              place,
              `component '${name}' of package '${entry.name}' is required: it is deployed anyway`,
              {
                severity: 'note',
              },
            );
        }
        const chosen = selectedComponents(found.definition, wanted, format);
        const deployed = chosen.size > 0;
        if (!deployed)
          yield fail(
            placeSubject(bundle.at(`${pointer}/name`)),
            `nothing of package '${entry.name}' is deployed: none of its components (${listed(names)}) is required, and the bundle lists none`,
          );
        const left = all.filter(
          ({ name }) => !chosen.has(name) && !wanted.some((pattern) => matches(name, pattern)),
        );
        if (deployed && left.length > 0)
          yield fail(
            placeSubject(bundle.at(`${pointer}/name`)),
            `of package '${entry.name}' the bundle does not deploy ${listed(left.map(({ name }) => name))}`,
            { severity: 'note' },
          );
      }
    if (count === 0)
      yield notApplicable(wholeSubject(facts), 'no bundle has a package that lies here');
    else yield pass(wholeSubject(facts), `components of ${count} packages were looked at`);
  },
});
