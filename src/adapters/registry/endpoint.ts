import { RegistryError } from './registry-error.ts';

/** Which hosts may be contacted, and how. */
export interface HostRules {
  /** Hosts that may be contacted, after overriding; `*` for any. */
  readonly hosts: readonly string[];
  /** Host in the reference -> host that is contacted; `https://` or `http://` before it settles the scheme. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** Host in the reference -> hosts that are read from before it, in this order. */
  readonly mirrors?: Readonly<Record<string, readonly string[]>>;
  /** Hosts that may be spoken to without TLS; loopback needs no entry. */
  readonly plainHttp?: readonly string[];
}

/** Where a reference leads after overriding. */
export interface Endpoint {
  /** As configured and as shown to people, e.g. `docker.io` or `localhost:5000`. */
  readonly name: string;
  /** Host and port that are dialled. */
  readonly host: string;
  /** undefined: a loopback host without a configured scheme, to be found out by asking. */
  readonly scheme: 'http' | 'https' | undefined;
}

/**
 * Where a reference may be read: the mirrors of its host, then what `chooseEndpoint` names.
 * @throws RegistryError REGISTRY_HOST_REFUSED, REGISTRY_PLAIN_HTTP_REFUSED
 */
export function readingEndpoints(registry: string, rules: HostRules): readonly Endpoint[] {
  const mirrors = Object.hasOwn(rules.mirrors ?? {}, registry) ? rules.mirrors?.[registry] : [];
  return [
    ...(mirrors ?? []).map((mirror) => endpointAt(registry, mirror, rules)),
    chooseEndpoint(registry, rules),
  ];
}

/**
 * Applies overrides and the list of allowed hosts.
 * @throws RegistryError REGISTRY_HOST_REFUSED, REGISTRY_PLAIN_HTTP_REFUSED
 */
export function chooseEndpoint(registry: string, rules: HostRules): Endpoint {
  const overridden = Object.hasOwn(rules.overrides ?? {}, registry);
  return endpointAt(registry, overridden ? rules.overrides?.[registry] : undefined, rules);
}

function endpointAt(registry: string, target: string | undefined, rules: HostRules): Endpoint {
  const match = /^(?:(https?):\/\/)?([^/\s@]+)\/?$/.exec(target ?? registry);
  const name = match?.[2];
  const scheme = match?.[1];
  const via = target === undefined ? '' : ` (in place of ${registry})`;
  if (name === undefined || !(rules.hosts.includes('*') || rules.hosts.includes(name))) {
    throw new RegistryError(
      'REGISTRY_HOST_REFUSED',
      `${target ?? registry}${via} is not among the hosts that may be contacted`,
      {
        suggestions: [
          `Add ${name ?? 'a plain host[:port]'} to the hosts of a registry source in cowa-release.yaml, or let an override lead to one of: ${rules.hosts.join(', ') || 'none'}`,
        ],
      },
    );
  }
  const host = name === 'docker.io' ? 'registry-1.docker.io' : name;
  const listed = rules.plainHttp?.includes(name) === true;
  if (scheme === 'http') {
    if (!listed && !isLoopback(host)) throw plainHttpRefused(name);
    return { name, host, scheme };
  }
  if (scheme === 'https') return { name, host, scheme };
  if (listed) return { name, host, scheme: 'http' };
  return { name, host, scheme: isLoopback(host) ? undefined : 'https' };
}

/** Without TLS anybody on the way could read credentials and change tags. */
export function plainHttpRefused(host: string, cause?: unknown): RegistryError {
  return new RegistryError(
    'REGISTRY_PLAIN_HTTP_REFUSED',
    `${host} would be spoken to over plain HTTP, which is not allowed for it`,
    {
      cause,
      suggestions: [
        `Give ${host} a certificate, or, on a network you trust, list it under plainHttp of the registry source`,
      ],
    },
  );
}

/** True for 127.0.0.0/8, ::1 and localhost, with or without a port. Names are never resolved for this. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d+)?$/i.test(host);
}

/**
 * Whether a redirect or a token address may be followed. A registry elsewhere must not lead us to
 * services of this machine, nor down to plain HTTP.
 * @throws RegistryError REGISTRY_PLAIN_HTTP_REFUSED, REGISTRY_ANSWER
 */
export function checkHop(from: URL, to: URL, rules: HostRules): void {
  if (to.protocol !== 'https:' && to.protocol !== 'http:') {
    throw badHop(from, `to an address that is not HTTP (${to.protocol})`);
  }
  if (to.username !== '' || to.password !== '')
    throw badHop(from, 'to an address that holds credentials');
  if (isLoopback(to.host) && !isLoopback(from.host))
    throw badHop(from, `to this machine itself (${to.host})`);
  if (
    to.protocol === 'http:' &&
    !isLoopback(to.host) &&
    rules.plainHttp?.includes(to.host) !== true
  ) {
    throw plainHttpRefused(to.host);
  }
}

function badHop(from: URL, what: string): RegistryError {
  return new RegistryError('REGISTRY_ANSWER', `${from.host} leads ${what}, which is not followed`, {
    suggestions: [`Ask whoever runs ${from.host}: its redirects or its token address are wrong`],
  });
}
