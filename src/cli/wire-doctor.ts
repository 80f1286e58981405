import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BuildSourceConfig, EngineName } from '../config/build-source.ts';
import type { ImageSourceConfig } from '../config/release-definition.ts';
import type { EngineIdentity } from '../ports/image-builder.ts';
import type { Machine, RegistryFacts } from '../ports/machine.ts';
import type { Run } from '../support/run.ts';
import { openEngine } from './wire-engines.ts';

/** A registry that does not answer within this time is one that does not answer. */
const answerMs = 8_000;

/** The machine this runs on. */
export async function openMachine(): Promise<Machine> {
  const { thisMachine } = await import('../adapters/machine/this-machine.ts');
  return thisMachine();
}

type RegistrySource = Extract<ImageSourceConfig, { type: 'registry' }>;

/** Asks a host of a registry source as every other command would, with its rules and its logins. */
export async function probeHost(
  host: string,
  { hosts, plainHttp, caFile }: Pick<RegistrySource, 'hosts' | 'plainHttp' | 'caFile'>,
  root: string,
  run: Run,
): Promise<RegistryFacts> {
  const { probeRegistry } = await import('../adapters/registry/probe-registry.ts');
  const dockerConfig = process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker');
  return probeRegistry(
    host,
    {
      hosts,
      ...(plainHttp === undefined ? {} : { plainHttp }),
      ...(caFile === undefined ? {} : { caFile: resolve(root, caFile) }),
      dockerConfigPath: join(dockerConfig, 'config.json'),
      timeoutMs: answerMs,
    },
    run,
  );
}

/** Opens an engine as `images build` would, and asks who it is. */
export async function askEngine(
  config: Pick<BuildSourceConfig, 'engine' | 'builders'>,
  { cacheDir, root }: { readonly cacheDir: string; readonly root: string },
  architecture: string,
  run: Run,
  engine?: EngineName,
): Promise<EngineIdentity> {
  const { identity } = await openEngine(
    { type: 'build', images: {}, ...config },
    {
      cacheDir,
      fileAt: (path) => resolve(root, path),
      ...(engine === undefined ? {} : { engine }),
    },
    { os: 'linux', architecture },
    run,
  );
  return identity;
}
