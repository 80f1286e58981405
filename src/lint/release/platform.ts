import { fail, notApplicable, pass, undecided } from '../../checks/results.ts';
import type { PlatformRole } from '../../config/release-definition.ts';
import { boxOf, inside, textOf } from '../../zarf/deployed-object.ts';
import { type Place, placeSubject } from '../deployed-package.ts';
import type { DeployedRelease } from '../deployed-release.ts';
import { defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { listed, meant, wholeSubject } from '../lint-results.ts';
import { type FlavorPackages, flavorPackages } from '../release-packages.ts';

export const platform = defineReleaseCheck({
  id: 'release/platform',
  title:
    'Every flavor has each part of the platform once, in order, and its default model is there',
  severity: 'error',
  help: {
    why: 'A platform without its database or chat backend deploys without an error and answers nothing; so does an interface whose default model nobody serves.',
    fix: 'Add the package to the flavor and its bundle, take the second one out, or change what platform.roles asks for.',
    source: 'Release model §2, complete flavors, and §4, order; requirement R5',
  },
  examples: {
    good: `# cowa-release.yaml
platform:
  roles:
    - { name: database, oneOf: [turso] }
    - { name: API, oneOf: [api], after: [database] }
    - { name: chat backend, oneOf: [llama-cpp-python], flavors: [cpu] }
  defaultModel: { package: ui, variable: MODEL, role: chat backend }`,
    bad: `# the bundle of flavor cpu, by the same roles: no database, and the chat backend of gpu
packages:
  - { name: api, ref: 1.0.0 }
  - { name: vllm, ref: 1.0.0 }`,
  },
  *evaluate(facts) {
    const roles = facts.definition?.platform?.roles ?? [];
    if (roles.length === 0) {
      yield notApplicable(wholeSubject(facts), 'no release definition says platform.roles');
      return;
    }
    yield* names(facts, roles);
    const flavors = flavorPackages(facts);
    for (const flavor of flavors) {
      const own = roles.filter(
        (role) => role.flavors === undefined || role.flavors.includes(flavor.name),
      );
      for (const role of own) yield* judgeRole(facts, flavor, role);
      yield* judgeForeign(facts, flavor, roles, own);
      yield* judgeOrder(facts, flavor, own);
      yield* judgeModel(facts, flavor, own);
    }
    yield pass(
      wholeSubject(facts),
      `${roles.length} parts were looked for in ${flavors.length} flavors`,
    );
  },
});

function at(facts: DeployedRelease, pointer: string): ReturnType<typeof placeSubject> {
  const place: Place | undefined = facts.definitionAt?.(pointer);
  return place === undefined ? wholeSubject(facts) : placeSubject(place);
}

/** Parts that name parts. */
function* names(facts: DeployedRelease, roles: readonly PlatformRole[]): Generator<LintResult> {
  const known = roles.map(({ name }) => name);
  for (const [index, { after = [] }] of roles.entries())
    for (const [place, name] of after.entries())
      if (!known.includes(name))
        yield fail(
          at(facts, `/platform/roles/${index}/after/${place}`),
          `no part is called '${name}'; there are ${listed(known)}${meant(name, known)}`,
        );
  const role = facts.definition?.platform?.defaultModel?.role;
  if (role !== undefined && !known.includes(role))
    yield fail(
      at(facts, '/platform/defaultModel/role'),
      `no part is called '${role}'; there are ${listed(known)}${meant(role, known)}`,
    );
}

function* judgeRole(
  facts: DeployedRelease,
  flavor: FlavorPackages,
  { name, oneOf }: PlatformRole,
): Generator<LintResult> {
  const { subject, where } = whole(facts, flavor);
  const players = flavor.packages.filter((each) => oneOf.includes(each.name));
  const [first, second] = players;
  if (first === undefined) {
    const message = `${where} has no ${name}: it would be ${oneOf.join(' or ')}`;
    yield flavor.bundle === undefined && !flavor.complete
      ? undecided(subject, `${message}; not every package of it could be read`)
      : fail(subject, message);
  } else if (second !== undefined)
    yield fail(
      second.bundled === undefined || flavor.bundle === undefined
        ? subject
        : placeSubject(flavor.bundle.at(`${second.bundled.pointer}/name`)),
      `${where} has more than one ${name}: ${players.map((each) => each.name).join(' and ')}`,
    );
}

/** A part that belongs to the other flavor only. */
function* judgeForeign(
  facts: DeployedRelease,
  flavor: FlavorPackages,
  roles: readonly PlatformRole[],
  own: readonly PlatformRole[],
): Generator<LintResult> {
  const { subject, where } = whole(facts, flavor);
  for (const each of flavor.packages) {
    if (own.some(({ oneOf }) => oneOf.includes(each.name))) continue;
    const role = roles.find(({ oneOf }) => oneOf.includes(each.name));
    if (role === undefined) continue;
    yield fail(
      each.bundled === undefined || flavor.bundle === undefined
        ? subject
        : placeSubject(flavor.bundle.at(`${each.bundled.pointer}/name`)),
      `${where} has package '${each.name}', which is the ${role.name} of flavor ${(role.flavors ?? []).join(', ')}`,
    );
  }
}

function* judgeOrder(
  facts: DeployedRelease,
  flavor: FlavorPackages,
  roles: readonly PlatformRole[],
): Generator<LintResult> {
  const { bundle, packages } = flavor;
  // Without a bundle nobody deploys them in one go.
  if (bundle === undefined) return;
  const { where } = whole(facts, flavor);
  const placeOf = (role: PlatformRole): number =>
    packages.findIndex((each) => role.oneOf.includes(each.name));
  for (const role of roles)
    for (const name of role.after ?? []) {
      const other = roles.find((each) => each.name === name);
      if (other === undefined || placeOf(role) < 0 || placeOf(other) < placeOf(role)) continue;
      const player = packages[placeOf(role)];
      yield fail(
        placeSubject(bundle.at(`${player?.bundled?.pointer ?? ''}/name`)),
        `${where} deploys package '${player?.name}' before '${packages[placeOf(other)]?.name}', the ${name}`,
      );
    }
}

function* judgeModel(
  facts: DeployedRelease,
  flavor: FlavorPackages,
  roles: readonly PlatformRole[],
): Generator<LintResult> {
  const wanted = facts.definition?.platform?.defaultModel;
  const role = roles.find(({ name }) => name === wanted?.role);
  const holder = flavor.packages.find(({ name }) => name === wanted?.package);
  if (wanted === undefined || role === undefined || holder === undefined) return;
  const { subject, where } = whole(facts, flavor);
  const found = settingOf(flavor, holder, wanted.variable);
  if (found === undefined) {
    if (holder.package !== undefined)
      yield fail(
        subject,
        `${where}: package '${wanted.package}' has no variable ${wanted.variable} that says its default model`,
      );
    return;
  }
  const present = flavor.packages.map(({ name }) => name);
  if (role.oneOf.includes(found.value) && present.includes(found.value)) return;
  const there = role.oneOf.filter((name) => present.includes(name));
  yield fail(
    found.place === undefined ? subject : placeSubject(found.place),
    `${where}: the default model of '${wanted.package}' is ${found.value || '(empty)'}, its ${role.name} is ${there.join(', ') || 'not there'}`,
  );
}

/** What wins: configuration beside the bundle, override, default of the package. */
function settingOf(
  { bundle }: FlavorPackages,
  { name, package: found, bundled }: FlavorPackages['packages'][number],
  variable: string,
): { readonly value: string; readonly place: Place | undefined } | undefined {
  const config = Object.entries(boxOf(inside(bundle?.config?.value, 'variables', name)) ?? {}).find(
    ([key]) => key.toUpperCase() === variable,
  );
  if (config !== undefined)
    return {
      value: textOf(config[1]),
      place: bundle?.config?.at(`/variables/${name}/${config[0]}`),
    };
  const entry = bundled?.entry;
  for (const [component, charts] of Object.entries(entry?.overrides ?? {}))
    for (const [chart, { variables = [] }] of Object.entries(charts))
      for (const [index, each] of variables.entries())
        if (each.name.toUpperCase() === variable && each.default !== undefined)
          return {
            value: textOf(each.default),
            place: bundle?.at(
              `${bundled?.pointer}/overrides/${component}/${chart}/variables/${index}/default`,
            ),
          };
  const index = (found?.definition.variables ?? []).findIndex((each) => each.name === variable);
  const own = found?.definition.variables?.[index]?.default;
  return own === undefined
    ? undefined
    : { value: own, place: found?.at(`/variables/${index}/default`) };
}

function whole(
  facts: DeployedRelease,
  { name, bundle }: FlavorPackages,
): { readonly subject: ReturnType<typeof placeSubject>; readonly where: string } {
  return {
    subject:
      bundle === undefined ? at(facts, `/flavors/${name}`) : placeSubject(bundle.at('/packages')),
    where: `flavor ${name}`,
  };
}
