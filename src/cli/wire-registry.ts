import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ClientSettings } from '../adapters/registry/make-client.ts';

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
