import { fail, notApplicable, pass } from '../../checks/results.ts';
import type { UdsPackage } from '../../uds/bundle.ts';
import { placeSubject } from '../deployed-package.ts';
import type { DeployedBundle } from '../deployed-release.ts';
import { defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';

export const channels = defineReleaseCheck({
  id: 'release/channels',
  title: 'Bundles of one name differ only in where their packages come from',
  severity: 'warning',
  help: {
    why: 'What was tried in the development channel is then what is shipped: the channels differ by source and configuration, and by nothing else.',
    fix: 'Make packages, order, versions, flavors and overrides of the two agree, or give one of them a name of its own.',
    source: 'Release model §1 and §4, channels; requirement R18',
  },
  examples: {
    good: `# bundles/dev
metadata: { name: platform, version: 1.0.0 }
packages: [{ name: api, path: ../../packages/api, ref: 1.0.0 }]
# bundles/latest
metadata: { name: platform, version: 1.0.0 }
packages: [{ name: api, repository: ghcr.io/example/api, ref: 1.0.0 }]`,
    bad: `# bundles/dev
packages: [{ name: db, path: ../../packages/db, ref: 1.0.0 }, { name: api, path: ../../packages/api, ref: 1.0.0 }]
# bundles/latest, of the same name: the database is missing
packages: [{ name: api, repository: ghcr.io/example/api, ref: 1.0.0 }]`,
  },
  *evaluate(facts) {
    const byName = Map.groupBy(facts.bundles, ({ definition }) => definition.metadata.name);
    let count = 0;
    for (const bundles of byName.values()) {
      const [first, ...others] = bundles;
      if (first === undefined) continue;
      count += others.length;
      for (const other of others) yield* compare(first, other);
    }
    if (count === 0) yield notApplicable(wholeSubject(facts), 'no two bundles have one name');
    else
      yield pass(wholeSubject(facts), `${count} bundles were compared with others of their name`);
  },
});

const members = [
  'ref',
  'flavor',
  'namespace',
  'optionalComponents',
  'overrides',
  'imports',
  'exports',
] as const;

function* compare(first: DeployedBundle, other: DeployedBundle): Generator<LintResult> {
  const a = first.definition;
  const b = other.definition;
  for (const member of ['version', 'architecture'] as const)
    if (a.metadata[member] !== b.metadata[member])
      yield fail(
        placeSubject(other.at(`/metadata/${member}`)),
        `${member} is ${b.metadata[member] ?? '(none)'}, in ${first.file} it is ${a.metadata[member] ?? '(none)'}`,
      );
  const wanted = a.packages.map(({ name }) => name);
  const has = b.packages.map(({ name }) => name);
  const missing = wanted.filter((name) => !has.includes(name));
  const more = has.filter((name) => !wanted.includes(name));
  if (missing.length > 0)
    yield fail(
      placeSubject(other.at('/packages')),
      `${missing.join(', ')} of ${first.file} is not taken here`,
    );
  if (more.length > 0)
    yield fail(
      placeSubject(other.at('/packages')),
      `${more.join(', ')} is not taken in ${first.file}`,
    );
  if (missing.length + more.length === 0 && wanted.join() !== has.join())
    yield fail(
      placeSubject(other.at('/packages')),
      `the order is ${has.join(', ')}; in ${first.file} it is ${wanted.join(', ')}`,
    );
  for (const [index, entry] of b.packages.entries()) {
    const same = a.packages.find(({ name }) => name === entry.name);
    if (same === undefined) continue;
    for (const member of members)
      if (spelt(same, member) !== spelt(entry, member))
        yield fail(
          placeSubject(other.at(`/packages/${index}/${member}`)),
          `${member} of package '${entry.name}' is not what it is in ${first.file}`,
        );
  }
}

/** Pinned digests are a matter of the source. */
function spelt(entry: UdsPackage, member: (typeof members)[number]): string {
  return member === 'ref' ? (entry.ref.split('@')[0] ?? '') : JSON.stringify(sorted(entry[member]));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, sorted(member)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
