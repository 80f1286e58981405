import { posix } from 'node:path';
import { packageFile } from '../config/definition-file.ts';
import type { PackageConfig, ReleaseFlavor } from '../config/release-definition.ts';
import { CowaError } from '../errors/families.ts';
import { chooseTarget } from '../lint/choose-target.ts';
import type { TargetProfile } from '../lint/target-profile.ts';
import type { Workspace } from '../ports/workspace.ts';
import { parseYamlDocument } from '../support/yaml-document.ts';
import type { ParsedPackageDefinition } from '../zarf/definition.ts';
import { boxOf } from '../zarf/deployed-object.ts';
import type { FoundDefinitions, FoundRelease } from './find-definitions.ts';
import { LintError } from './lint-error.ts';
import { type KnownDefinitions, parseAuthored } from './load-definition.ts';
import { payloadPlace } from './payload-place.ts';
import type { Payload } from './resolved-package.ts';

/** One package as it is going to be judged: in one of its flavors, with one set of create-time values. */
export interface LintJob {
  /** The same for the same work, for whichever release. */
  readonly key: string;
  readonly file: string;
  /** Zarf's flavor; empty for none. */
  readonly zarfFlavor: string;
  readonly architecture: string;
  readonly set: Readonly<Record<string, string>>;
  readonly payloads: readonly Payload[];
  /** Cluster it is for. */
  readonly target: TargetProfile;
  /** The release it belongs to; undefined for one that no release is near. */
  readonly release: FoundRelease | undefined;
  /** Flavors of the release that name it. */
  readonly flavors: readonly ReleaseFlavor[];
}

/** Which flavors are asked for; undefined: all. */
export interface FlavorChoice {
  readonly flavor?: string | undefined;
  readonly zarfFlavor?: string | undefined;
}

const maxDefinitionBytes = 2 ** 22;
/** Where nobody says what a create-time template holds: by what its name lets one expect. */
const standInValues: readonly (readonly [name: RegExp, value: string])[] = [
  [/VERSION|TAG|REF|REVISION|^V$/, '0.0.0'],
  [/PATH|DIR|FOLDER/, '/stand-in'],
  [/SIZE|COUNT|PORT|LIMIT|NUMBER/, '1'],
  [/./, 'stand-in'],
];

/**
 * What there is to judge: each package in each flavor it has, with what its release gives it.
 * @throws LintError LINT_FLAVOR_UNKNOWN, LINT_ZARF_FLAVOR_UNKNOWN
 */
export async function lintJobs(
  found: FoundDefinitions,
  choice: FlavorChoice,
  workspace: Workspace,
  known: KnownDefinitions,
): Promise<readonly LintJob[]> {
  const jobs: LintJob[] = [];
  const zarfFlavors = new Set<string>();
  requireFlavor(found.releases, choice.flavor);
  for (const file of found.packages) {
    const naming = namings(file, found.releases);
    const release = naming[0]?.release ?? nearest(file, found.releases);
    const text = await textOf(file, workspace);
    const shared = {
      ...standIns(text),
      ...(await configuredSet(file, workspace)),
      ...sharedSet(release),
    };
    const probe = parseOr(file, text, shared, release, known);
    const own = flavorsOf(probe);
    for (const flavor of own) zarfFlavors.add(flavor);
    const wanted: Wanted[] = naming.map(({ release: by, name, config, zarfFlavor }) => ({
      release: by,
      name,
      zarfFlavor,
      set: { ...shared, ...sharedSet(by), ...config.set },
    }));
    // Flavors of the definition that no release asks for are judged, too.
    if (choice.flavor === undefined)
      for (const zarfFlavor of own)
        if (!wanted.some((each) => each.zarfFlavor === zarfFlavor))
          wanted.push({ release, zarfFlavor, set: wanted[0]?.set ?? shared });
    jobs.push(
      ...merged(
        wanted.filter(
          ({ name, zarfFlavor }) =>
            (choice.flavor === undefined || name === choice.flavor) &&
            (choice.zarfFlavor === undefined || zarfFlavor === choice.zarfFlavor || own[0] === ''),
        ),
        (by) => ({
          file,
          architecture: architectureOf(by, probe),
          payloads: payloadsOf(file, by),
        }),
      ),
    );
  }
  const asked = choice.zarfFlavor;
  if (asked !== undefined && !zarfFlavors.has(asked)) {
    const there = [...zarfFlavors].filter((each) => each !== '').sort();
    throw new LintError('LINT_ZARF_FLAVOR_UNKNOWN', `no package has the Zarf flavor '${asked}'`, {
      suggestions: [there.length === 0 ? 'No package has flavors' : `One of: ${there.join(', ')}`],
    });
  }
  return jobs;
}

/** The release whose folder a file lies in, the innermost one. */
export function nearest(file: string, releases: readonly FoundRelease[]): FoundRelease | undefined {
  return releases
    .filter(({ folder }) => folder === '.' || file.startsWith(`${folder}/`))
    .toSorted((a, b) => b.folder.length - a.folder.length)[0];
}

interface Wanted {
  readonly release: FoundRelease | undefined;
  readonly name?: ReleaseFlavor;
  readonly zarfFlavor: string;
  readonly set: Readonly<Record<string, string>>;
}

/** Two flavors of a release that ask for the same are one job. */
function merged(
  wanted: readonly Wanted[],
  shared: (
    release: FoundRelease | undefined,
  ) => Pick<LintJob, 'file' | 'architecture' | 'payloads'>,
): readonly LintJob[] {
  const jobs = new Map<string, LintJob>();
  for (const { release, name, zarfFlavor, set } of wanted) {
    const { file, architecture, payloads } = shared(release);
    const sorted = Object.entries(set).sort(([a], [b]) => (a < b ? -1 : 1));
    const config = release?.parsed.definition?.target;
    const key = JSON.stringify([file, zarfFlavor, architecture, sorted, payloads, config]);
    const job = `${release?.file ?? ''} ${key}`;
    const flavors = [...(jobs.get(job)?.flavors ?? []), ...(name === undefined ? [] : [name])];
    jobs.set(job, {
      key,
      file,
      zarfFlavor,
      architecture,
      set,
      payloads,
      target: chooseTarget(config),
      release,
      flavors,
    });
  }
  return [...jobs.values()];
}

interface Naming {
  readonly release: FoundRelease;
  readonly name: ReleaseFlavor;
  readonly config: PackageConfig;
  readonly zarfFlavor: string;
}

function namings(file: string, releases: readonly FoundRelease[]): readonly Naming[] {
  return releases.flatMap((release) =>
    (['cpu', 'gpu'] as const).flatMap((name) => {
      const flavor = release.parsed.definition?.flavors[name];
      return (flavor?.packages ?? [])
        .filter(({ path }) => packageFile(release.folder, path) === file)
        .map((config) => ({
          release,
          name,
          config,
          zarfFlavor: config.zarfFlavor ?? flavor?.zarfFlavor ?? '',
        }));
    }),
  );
}

function requireFlavor(releases: readonly FoundRelease[], flavor: string | undefined): void {
  if (flavor === undefined) return;
  const there = releases.flatMap(({ parsed }) => Object.keys(parsed.definition?.flavors ?? {}));
  if (there.includes(flavor)) return;
  const names = [...new Set(there)].filter((each) => !each.startsWith('x-')).sort();
  throw new LintError('LINT_FLAVOR_UNKNOWN', `no release here has the flavor '${flavor}'`, {
    suggestions: [
      names.length === 0
        ? 'Flavors stand in cowa-release.yaml, and there is none; --zarf-flavor takes what only.flavor of components says'
        : `One of: ${names.join(', ')}`,
    ],
  });
}

/** Of a definition that cannot be read nobody knows the flavors: it is one job, which tells why. */
function flavorsOf(parsed: ParsedPackageDefinition | undefined): readonly string[] {
  const names = (parsed?.definition?.components ?? []).map(({ only }) => only?.flavor ?? '');
  const flavors = [...new Set(names.filter((name) => name !== ''))].sort();
  return flavors.length === 0 ? [''] : flavors;
}

function architectureOf(
  release: FoundRelease | undefined,
  parsed: ParsedPackageDefinition | undefined,
): string {
  const named = release?.parsed.definition?.architecture;
  if (named !== undefined) return named;
  const { definition } = parsed ?? {};
  const own = definition?.metadata.architecture;
  if (own === 'amd64' || own === 'arm64') return own;
  const only = (definition?.components ?? []).map(
    ({ only: each }) => each?.cluster?.architecture ?? '',
  );
  const fits = only.length === 0 || only.some((each) => each === '' || each === 'amd64');
  return fits ? 'amd64' : (only[0] ?? 'amd64');
}

function payloadsOf(file: string, release: FoundRelease | undefined): readonly Payload[] {
  if (release === undefined) return [];
  return (release.parsed.definition?.payloads ?? [])
    .filter((payload) => packageFile(release.folder, payload.package) === file)
    .map((payload) => ({ source: payload.source, path: payloadPlace(payload, release.folder) }));
}

/** Values of create-time templates that any package of the release is given: most are the version. */
function sharedSet(release: FoundRelease | undefined): Readonly<Record<string, string>> {
  const flavors = Object.values(release?.parsed.definition?.flavors ?? {});
  return Object.assign(
    {},
    ...flavors.flatMap(({ packages }) => packages.map(({ set }) => set ?? {})),
  );
}

/** For every create-time template a value: without one nothing could be read. */
function standIns(text: string): Readonly<Record<string, string>> {
  const names = text.matchAll(/###ZARF_PKG_(?:TMPL|VAR)_([A-Z0-9_]+)###/g);
  return Object.fromEntries(
    [...names].map(([, name = '']) => [
      name,
      standInValues.find(([pattern]) => pattern.test(name))?.[1] ?? '',
    ]),
  );
}

/** What `zarf-config.yaml` beside a package gives its create-time templates. */
async function configuredSet(
  file: string,
  workspace: Workspace,
): Promise<Readonly<Record<string, string>>> {
  const text = await textOf(posix.join(posix.dirname(file), 'zarf-config.yaml'), workspace);
  const { document } = parseYamlDocument(Buffer.from(text));
  const create = boxOf(boxOf(boxOf(document?.value)?.['package'])?.['create']);
  return Object.fromEntries(
    Object.entries(boxOf(create?.['set']) ?? {}).map(([name, value]) => [
      name.toUpperCase(),
      String(value),
    ]),
  );
}

function parseOr(
  file: string,
  text: string,
  set: Readonly<Record<string, string>>,
  release: FoundRelease | undefined,
  known: KnownDefinitions,
): ParsedPackageDefinition | undefined {
  const architecture = release?.parsed.definition?.architecture ?? 'amd64';
  try {
    return parseAuthored(file, text, { set, architecture, known });
  } catch (error) {
    if (!(error instanceof CowaError)) throw error;
    return undefined;
  }
}

/** Empty where it cannot be read: its job tells why. */
async function textOf(file: string, workspace: Workspace): Promise<string> {
  try {
    return Buffer.from(await workspace.read(file, maxDefinitionBytes)).toString('utf8');
  } catch (error) {
    if (!(error instanceof CowaError)) throw error;
    return '';
  }
}
