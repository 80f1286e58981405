import { dirname, resolve } from 'node:path';
import type { BuildSourceConfig } from '../config/build-source.ts';
import type { ReleaseDefinition } from '../config/release-definition.ts';
import { type ConfigFlags, type ReleaseConfig, resolveConfig } from '../config/resolve-config.ts';
import { CowaError } from '../errors/families.ts';
import {
  type ClockWitness,
  examineClock,
  examineDisk,
  examineMachine,
  examinePort,
} from '../operations/examine-machine.ts';
import { examineEngine, examineRegistry, examineTool } from '../operations/examine-tools.ts';
import { loadRelease } from '../operations/load-release.ts';
import type { Machine } from '../ports/machine.ts';
import {
  type DoctorReport,
  type Examined,
  sound,
  toDoctorReport,
  unneeded,
  unseen,
  wrong,
} from '../report/doctor-report.ts';
import type { Run } from '../support/run.ts';
import { namedTools } from './doctor-tools.ts';
import { examineKey } from './examine-key.ts';
import { readReleaseConfig } from './release-config.ts';
import type { SigningKey } from './signing-key.ts';
import { cacheFolder, workspaceOf } from './wire.ts';
import { askEngine, openMachine, probeHost } from './wire-doctor.ts';

/** What `doctor` was asked. */
export interface DoctorRequest {
  readonly config: ConfigFlags;
  /** What opens the key that the settings name. */
  readonly opening: Omit<SigningKey, 'reference'>;
  /** Ports of this machine that are looked at. */
  readonly ports: readonly number[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Looks at everything a run would need, side by side where that is safe, and changes nothing. */
export async function runDoctor(request: DoctorRequest, run: Run): Promise<DoctorReport> {
  const { env } = request;
  const { examined: read, config, definition } = await definitionOf(request);
  const machine = await openMachine();
  const path = resolve(config.definition.value);
  const cacheDir = config.cacheDir.value;
  const key = config.key.value;
  const registries = await registriesOf(definition, dirname(path), run);
  const witnesses: ClockWitness[] = registries.flatMap(({ date, host }) =>
    date === undefined ? [] : [{ who: host, at: date, onlyBehind: false }],
  );
  const changed = definition === undefined ? undefined : await machine.changedAt(path);
  if (changed !== undefined)
    witnesses.push({ who: config.definition.value, at: changed, onlyBehind: true });
  const examined = [
    read,
    ...examineMachine(machine),
    examineClock(machine, witnesses),
    await examineDisk('disk/cache', 'cache', cacheDir, machine),
    await examineDisk('disk/out', 'output', config.out.value, machine),
    ...(await enginesOf(definition, { cacheDir, root: dirname(path) }, run)),
    ...registries.map((each) => each.examined),
    ...(await Promise.all(request.ports.map((port) => examinePort(port, machine, run)))),
    ...(await toolsOf(env, machine, run)),
    ...(await examineKey(
      key === undefined ? undefined : { reference: key, ...request.opening },
      env,
      run,
    )),
  ];
  return toDoctorReport(examined, definition === undefined ? undefined : config.definition.value);
}

/** A definition that cannot be read is a finding; the machine is looked at all the same. */
async function definitionOf({ config: flags, env }: DoctorRequest): Promise<{
  readonly examined: Examined;
  readonly config: ReleaseConfig;
  readonly definition?: ReleaseDefinition;
}> {
  const id = 'release/definition';
  const machine = { cacheDir: await cacheFolder(undefined), jobs: 1 };
  const bare = resolveConfig({ flags, env, machine });
  const name = bare.definition.value;
  const { workspace, fileName } = await workspaceOf(name);
  if ((await workspace.stat(fileName)) === undefined && bare.definition.origin.kind === 'default')
    return {
      examined: unneeded(
        id,
        `there is no ${name} here: the machine is looked at for no release in particular`,
      ),
      config: bare,
    };
  try {
    const config = await readReleaseConfig(flags, env);
    const definition = await loadRelease(fileName, workspace);
    return {
      examined: sound(id, `${name}: ${definition.name} ${definition.version}`),
      config,
      definition,
    };
  } catch (error) {
    if (!(error instanceof CowaError)) throw error;
    const next = error.suggestions[0] ?? 'Mend it';
    return { examined: wrong(id, 'error', error.message, next), config: bare };
  }
}

/** Engines the definition needs; without one, those that are installed. */
async function enginesOf(
  definition: ReleaseDefinition | undefined,
  places: { readonly cacheDir: string; readonly root: string },
  run: Run,
): Promise<readonly Examined[]> {
  const architecture = definition?.architecture ?? 'amd64';
  const sources = (definition?.imageSources ?? []).filter((source) => source.type === 'build');
  if (definition !== undefined && sources.length === 0)
    return [unneeded('engine/any', 'the definition builds no image from a Containerfile')];
  const found = new Map<string, Examined>();
  const look = async (
    name: string,
    needed: boolean,
    config: Pick<BuildSourceConfig, 'engine' | 'builders'>,
  ): Promise<void> => {
    if (found.has(name)) return;
    const open = () => askEngine(config, places, architecture, run);
    found.set(name, await examineEngine(name, needed, open, run));
  };
  for (const { engine, builders = [] } of sources) {
    for (const builder of builders)
      await look(builder.address, true, {
        engine: 'buildkit',
        builders: [builder],
      });
    if (builders.length === 0)
      await look(engine ?? 'any', true, engine === undefined ? {} : { engine });
  }
  if (sources.length === 0)
    for (const engine of ['buildah', 'podman'] as const) await look(engine, false, { engine });
  return [...found.values()];
}

async function registriesOf(
  definition: ReleaseDefinition | undefined,
  root: string,
  run: Run,
): Promise<
  readonly { readonly host: string; readonly examined: Examined; readonly date?: Date }[]
> {
  const seen = new Map<string, { host: string; examined: Examined; date?: Date }>();
  for (const source of definition?.imageSources ?? []) {
    if (source.type !== 'registry') continue;
    for (const host of source.hosts) {
      if (seen.has(host)) continue;
      if (host === '*')
        seen.set(host, {
          host,
          examined: unseen(
            'registry/*',
            'note',
            'any host may be contacted (*), so none in particular was asked',
            'Name the hosts of the registry source in the definition',
          ),
        });
      else {
        const probe = () => probeHost(host, source, root, run);
        seen.set(host, { host, ...(await examineRegistry(host, probe, run)) });
      }
    }
  }
  if (seen.size > 0) return [...seen.values()];
  return [
    {
      host: '',
      examined: unneeded(
        'registry/any',
        definition === undefined
          ? 'no definition says which registries are used'
          : 'the definition contacts no registry',
      ),
    },
  ];
}

async function toolsOf(
  env: DoctorRequest['env'],
  machine: Machine,
  run: Run,
): Promise<readonly Examined[]> {
  return Promise.all(namedTools(env).map((tool) => examineTool(tool, machine, run)));
}
