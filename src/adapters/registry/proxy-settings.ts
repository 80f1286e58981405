import { RegistryError } from './registry-error.ts';

/** Proxies between here and registries, as the environment names them. */
export interface ProxySettings {
  /** Variable that names the one for HTTPS, where there is one. */
  readonly https?: string;
  /** Variable that names the one for plain HTTP. */
  readonly http?: string;
  /** The variables themselves, as Node's agents read them. Holds passwords: never shown. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The proxies an environment names, the lower-case spelling first; undefined where it names none.
 * @throws RegistryError REGISTRY_PROXY: a value that is no address of an HTTP proxy; it is not repeated, it may hold a password
 */
export function proxiesFrom(
  env: Readonly<Record<string, string | undefined>>,
): ProxySettings | undefined {
  const find = (name: string): string | undefined =>
    [name, name.toUpperCase()].find((each) => (env[each] ?? '') !== '');
  const https = find('https_proxy');
  const http = find('http_proxy');
  if (https === undefined && http === undefined) return undefined;
  const kept: Record<string, string> = {};
  for (const name of [https, http])
    if (name !== undefined) kept[name] = proxyAddress(name, env[name]);
  const except = find('no_proxy');
  if (except !== undefined) kept[except] = env[except] ?? '';
  return {
    env: kept,
    ...(https === undefined ? {} : { https }),
    ...(http === undefined ? {} : { http }),
  };
}

function proxyAddress(name: string, value = ''): string {
  const address = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.hostname !== '') return address;
  throw new RegistryError('REGISTRY_PROXY', `${name} is not the address of an HTTP proxy`, {
    suggestions: [`Set ${name} like http://proxy.example.org:3128, or unset it`],
  });
}
