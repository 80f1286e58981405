import { selectedComponents } from '../../uds/selected-components.ts';
import { entryOf, membersOf, ofBundle, theBundle, theMember } from '../bundle-results.ts';
import type { Result } from '../check.ts';
import { defineCheck } from '../check.ts';
import type { BundleFacts, PackageFacts } from '../facts.ts';
import { fail, notApplicable, pass, undecided } from '../results.ts';

/** An archive that two programs read differently has to say the same to both. */
export const halves = defineCheck({
  id: 'bundle/halves',
  title: 'Both halves of a hybrid bundle are one bundle',
  area: 'bundle',
  severity: 'error',
  needs: ['identity', 'container', 'bundle', 'packages'],
  help: {
    why: 'One program reads the one half, the next program the other: what was approved with the first would be deployed otherwise by the second.',
    fix: 'Build both halves from one definition and the same packages.',
    source: 'UDS bundle format, 4',
  },
  evaluate: (facts) =>
    ofBundle(facts, function* (bundle, because) {
      if (bundle.format !== 'hybrid') {
        yield notApplicable(theBundle(bundle), 'the bundle has one half');
        return;
      }
      const first = bundle.definition?.bundle;
      const second = bundle.nextDefinition?.bundle;
      if (first === undefined || second === undefined) {
        yield undecided(
          theBundle(bundle),
          because ?? 'one of the definitions could not be read, so they were not compared',
        );
        return;
      }
      const results = [
        ...differing('name', first.metadata.name, second.metadata.name, bundle),
        ...differing(
          'version',
          first.metadata.version ?? '',
          second.metadata.version ?? '',
          bundle,
        ),
        ...differing(
          'architecture',
          bundle.architecture ?? '',
          second.metadata.architecture ?? '',
          bundle,
        ),
        ...comparePackages(bundle, facts.packages),
      ];
      yield* results;
      yield* uncompared(bundle);
      if (results.length > 0) return;
      yield because === undefined
        ? pass(
            theBundle(bundle),
            'name, version, architecture, packages and what is deployed of them, where, and whom they trust are the same in both halves',
          )
        : undecided(theBundle(bundle), because);
    }),
});

function* differing(
  what: string,
  first: string,
  second: string,
  bundle: BundleFacts,
): Generator<Result> {
  if (first !== second)
    yield fail(
      theBundle(bundle),
      `the ${what} is '${first}' in the legacy half and '${second}' in the next half`,
      { code: 'BUNDLE_HALVES_IDENTITY' },
    );
}

function* comparePackages(
  bundle: BundleFacts,
  packages: readonly PackageFacts[],
): Generator<Result> {
  const members = membersOf(bundle, packages).filter(({ member }) => member.pointer !== undefined);
  const half = (which: 'legacy' | 'next') => members.filter(({ member }) => member.half === which);
  for (const [mine, other, name] of [
    ['legacy', 'next', 'next'],
    ['next', 'legacy', 'legacy'],
  ] as const) {
    const others = new Set(half(other).map(({ member }) => member.name));
    for (const { member } of half(mine)) {
      if (!others.has(member.name))
        yield fail(theMember(member), `package '${member.name}' is not in the ${name} half`, {
          code: 'BUNDLE_HALVES_PACKAGES',
        });
    }
  }
  for (const { member, facts } of half('legacy')) {
    const twin = half('next').find((each) => each.member.name === member.name);
    if (twin === undefined) continue;
    yield* compareEntries(bundle, { member, facts }, twin);
    if (twin.member.digest === member.digest) continue;
    const mine = facts?.files.get('zarf.yaml')?.digest;
    const theirs = twin.facts?.files.get('zarf.yaml')?.digest;
    // The next half may name fewer files of the same package: then the manifests differ, the definition does not.
    if (mine === undefined || theirs === undefined)
      yield undecided(
        theMember(member),
        `package '${member.name}' could not be compared between the halves`,
      );
    else if (mine !== theirs)
      yield fail(theMember(member), `package '${member.name}' is another one in the next half`, {
        code: 'BUNDLE_HALVES_PACKAGES',
      });
  }
}

type Halved = ReturnType<typeof membersOf>[number];

/** What the two definitions do with one package. */
function* compareEntries(
  bundle: BundleFacts,
  { member, facts }: Halved,
  twin: Halved,
): Generator<Result> {
  const mine = entryOf(bundle, member);
  const theirs = entryOf(bundle, twin.member);
  if (mine === undefined || theirs === undefined) return;
  const differs = (what: string, one: string, other: string): Result =>
    fail(
      theMember(member),
      `package '${member.name}' ${what}: ${one || 'none'} in the legacy half, ${other || 'none'} in the next half`,
      { code: 'BUNDLE_HALVES_DEPLOYED' },
    );
  if ((mine.namespace ?? '') !== (theirs.namespace ?? ''))
    yield differs('goes into another namespace', mine.namespace ?? '', theirs.namespace ?? '');
  const definition = facts?.definition?.definition ?? twin.facts?.definition?.definition;
  if (definition !== undefined) {
    const [one, other] = [
      [...selectedComponents(definition, mine.optionalComponents ?? [], 'legacy')].join(', '),
      [...selectedComponents(definition, theirs.optionalComponents ?? [], 'next')].join(', '),
    ];
    if (one !== other) yield differs('is deployed with other components', one ?? '', other ?? '');
  }
  if ((mine.publicKey ?? '').trim() !== (theirs.publicKey ?? '').trim())
    yield differs(
      'is trusted by another key',
      mine.publicKey === undefined ? '' : 'one key',
      theirs.publicKey === undefined ? '' : 'another',
    );
}

/** Values of charts are set by overrides in the one half and by templates in the other: nobody can say they are alike. */
function* uncompared(bundle: BundleFacts): Generator<Result> {
  const legacy = (bundle.definition?.bundle?.packages ?? []).filter(
    ({ overrides }) => Object.keys(overrides ?? {}).length > 0,
  );
  const next = (bundle.nextDefinition?.next?.packages ?? []).filter(
    ({ valuesFiles }) => valuesFiles.length > 0,
  );
  const names = [...new Set([...legacy, ...next].map(({ name }) => name))].sort();
  if (names.length > 0)
    yield undecided(
      theBundle(bundle),
      `values of charts are set in ways that cannot be compared between the halves: ${names.slice(0, 10).join(', ')}`,
      'BUNDLE_HALVES_VALUES',
    );
}
