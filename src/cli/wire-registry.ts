import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ClientSettings } from '../adapters/registry/make-client.ts';
import type { ImageSourceConfig } from '../config/release-definition.ts';
import type { RegistryTarget } from '../ports/registry-target.ts';
import type { Run } from '../support/run.ts';

/**
 * What of the environment registries are spoken to with: the file of logins (REGISTRY_AUTH_FILE, as podman
 * and skopeo have it; else Docker's), and proxies.
 * @throws RegistryError REGISTRY_PROXY
 */
export async function registryEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Pick<ClientSettings, 'dockerConfigPath' | 'proxies'>> {
  const { proxiesFrom } = await import('../adapters/registry/proxy-settings.ts');
  const { REGISTRY_AUTH_FILE: authFile = '', DOCKER_CONFIG: folder = '' } = env;
  const proxies = proxiesFrom(env);
  const docker = join(folder === '' ? join(homedir(), '.docker') : folder, 'config.json');
  return {
    dockerConfigPath: authFile === '' ? docker : authFile,
    ...(proxies === undefined ? {} : { proxies }),
  };
}

/** How the hosts of a registry source are spoken to; files are relative to the folder of the definition. */
export function registrySettings(
  config: Extract<ImageSourceConfig, { type: 'registry' }>,
  root: string,
): ClientSettings {
  const { type: _, referrers: _wish, caFile, certFile, keyFile, ...options } = config;
  const at = (path: string): string => resolve(root, path);
  return {
    ...options,
    ...(caFile === undefined ? {} : { caFile: at(caFile) }),
    ...(certFile === undefined ? {} : { certFile: at(certFile) }),
    ...(keyFile === undefined ? {} : { keyFile: at(keyFile) }),
  };
}

/** A registry that is pushed to. @throws RegistryError REGISTRY_PLAIN_HTTP_REFUSED, REGISTRY_PROXY */
export async function pushTarget(
  place: string,
  settings: Omit<ClientSettings, 'hosts'>,
): Promise<RegistryTarget> {
  const { PushTarget } = await import('../adapters/registry/registry-target.ts');
  return new PushTarget(place, { ...(await registryEnvironment()), ...settings });
}

/** A registry of this machine, as long as it is held. @throws RegistryError REGISTRY_LOCAL */
export async function localRegistryIn(
  folder: string,
  run: Run,
): Promise<AsyncDisposable & { readonly host: string }> {
  const { startLocalRegistry } = await import('../adapters/registry/local-registry.ts');
  return startLocalRegistry(folder, run);
}
