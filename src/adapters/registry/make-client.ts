import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { HostRules } from './endpoint.ts';
import { RegistryClient } from './registry-client.ts';
import type { RegistryClientOptions } from './registry-connection.ts';
import { RegistryError } from './registry-error.ts';

/** How a registry is spoken to, as people configure it. */
export interface ClientSettings extends HostRules {
  /** PEM file of an own authority, trusted beside the usual ones. */
  readonly caFile?: string;
  /** Docker's `config.json`; without it, or when it is missing, everything is asked anonymously. */
  readonly dockerConfigPath?: string;
  readonly sleep?: RegistryClientOptions['sleep'];
  readonly random?: RegistryClientOptions['random'];
  readonly lookup?: RegistryClientOptions['lookup'];
  readonly stallTimeoutMs?: number;
}

/** A client for these settings. @throws RegistryError REGISTRY_TLS when the CA file cannot be read */
export async function makeClient(settings: ClientSettings): Promise<RegistryClient> {
  const { caFile, lookup, stallTimeoutMs, dockerConfigPath, overrides, plainHttp } = settings;
  const ca = caFile === undefined ? undefined : await readAuthorities(caFile);
  return new RegistryClient({
    hosts: settings.hosts,
    ...(overrides === undefined ? {} : { overrides }),
    ...(plainHttp === undefined ? {} : { plainHttp }),
    ...(ca === undefined ? {} : { ca }),
    ...(dockerConfigPath === undefined ? {} : { dockerConfigPath }),
    ...(lookup === undefined ? {} : { lookup }),
    ...(stallTimeoutMs === undefined ? {} : { stallTimeoutMs }),
    sleep: settings.sleep ?? pause,
    // Spreads retries in time; no result depends on it.
    random: settings.random ?? Math.random,
    // Nothing but messages and pauses depends on it.
    now: () => new Date(),
  });
}

/** The usual authorities and those of a file. @throws RegistryError REGISTRY_TLS */
export async function readAuthorities(path: string): Promise<readonly string[]> {
  const { rootCertificates } = await import('node:tls');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw badAuthority(`${path} cannot be read`, error);
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw badAuthority(`${path} holds no PEM certificate`);
  return [...rootCertificates, text];
}

function badAuthority(message: string, cause?: unknown): RegistryError {
  return new RegistryError('REGISTRY_TLS', message, {
    cause,
    suggestions: [
      'Name a PEM file with the certificate of your authority as caFile of the registry source',
    ],
  });
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return setTimeout(delayMs, undefined, { signal }).catch(() => signal.throwIfAborted());
}
