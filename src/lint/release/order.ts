import { fail, notApplicable, pass } from '../../checks/results.ts';
import { notAllRead, placeSubject } from '../deployed-package.ts';
import type { DeployedBundle } from '../deployed-release.ts';
import { tooLate } from '../deployment-order.ts';
import { defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';

export const order = defineReleaseCheck({
  id: 'release/order',
  title: 'Every package of a bundle comes behind those it needs',
  severity: 'error',
  help: {
    why: 'A bundle deploys one package after the other and waits for each: what comes later cannot help, and the wait ends in a timeout.',
    fix: 'List the package that makes it first: database, then API, then backends and interface.',
    source:
      'Release model §2 and §4, order; UDS bundle format §1.1, imports and exports; past failure P12',
  },
  examples: {
    good: `packages:
  - { name: turso, ref: 1.0.0 } # makes the Secret turso-auth
  - { name: api, ref: 1.0.0 } # reads it`,
    bad: `packages:
  - { name: api, ref: 1.0.0 } # waits for the Secret turso-auth
  - { name: turso, ref: 1.0.0 }`,
  },
  *evaluate(facts) {
    for (const bundle of facts.bundles) {
      yield* imports(bundle);
      yield* tooLate(
        'package',
        bundle.packages.map(({ entry, package: found }) => ({
          name: entry.name,
          objects: found?.objects ?? [],
          namespaces: found?.namespaces ?? [],
          waits: true,
          because:
            found === undefined
              ? `what package '${entry.name}' of the bundle deploys is not known`
              : notAllRead(found),
        })),
      );
    }
    if (facts.bundles.length === 0) yield notApplicable(wholeSubject(facts), 'there is no bundle');
    else
      yield pass(wholeSubject(facts), `the order of ${facts.bundles.length} bundles was looked at`);
  },
});

function* imports({ packages, at }: DeployedBundle): Generator<LintResult> {
  const exported = new Map<string, ReadonlySet<string>>();
  for (const { entry, pointer } of packages) {
    for (const [index, { name, package: from }] of (entry.imports ?? []).entries()) {
      if (exported.get(from)?.has(name) === true) continue;
      const later = packages.some(({ entry: other }) => other.name === from);
      yield fail(
        placeSubject(at(`${pointer}/imports/${index}`)),
        exported.has(from)
          ? `package '${from}' does not export ${name}, which package '${entry.name}' imports`
          : `package '${entry.name}' imports ${name} from '${from}', which ${later ? 'comes later' : 'is not in the bundle'}`,
      );
    }
    exported.set(entry.name, new Set((entry.exports ?? []).map(({ name }) => name)));
  }
}
