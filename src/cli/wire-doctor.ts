import { resolve } from 'node:path';
import type { BuildSourceConfig, EngineName } from '../config/build-source.ts';
import type { ImageSourceConfig } from '../config/release-definition.ts';
import type { EngineIdentity } from '../ports/image-builder.ts';
import type { Machine, RegistryFacts } from '../ports/machine.ts';
import type { Run } from '../support/run.ts';
import { openEngine } from './wire-engines.ts';
import { registryEnvironment, registrySettings } from './wire-registry.ts';

/** A registry that does not answer within this time is one that does not answer. */
const answerMs = 8_000;

/** The machine this runs on. */
export async function openMachine(): Promise<Machine> {
  const { thisMachine } = await import('../adapters/machine/this-machine.ts');
  return thisMachine();
}

type RegistrySource = Extract<ImageSourceConfig, { type: 'registry' }>;

/** Asks a host of a registry source as every other command would, with its rules, its logins and its proxies. */
export async function probeHost(
  host: string,
  config: RegistrySource,
  root: string,
  run: Run,
): Promise<RegistryFacts> {
  const { probeRegistry } = await import('../adapters/registry/probe-registry.ts');
  const settings = { ...(await registryEnvironment()), ...registrySettings(config, root) };
  return probeRegistry(host, { ...settings, timeoutMs: answerMs }, run);
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
