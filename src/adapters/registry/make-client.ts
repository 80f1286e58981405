import { readFile } from 'node:fs/promises';
import type { HostRules } from './endpoint.ts';
import { RegistryClient } from './registry-client.ts';
import type { RegistryClientOptions } from './registry-connection.ts';
import { RegistryError } from './registry-error.ts';
import { sleepFor } from './retry.ts';

/** How a registry is spoken to, as people configure it. */
export interface ClientSettings extends HostRules {
  /** PEM file of an own authority, trusted beside the usual ones. */
  readonly caFile?: string;
  /** PEM files of a client certificate and its key; both or none. */
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly proxies?: NonNullable<RegistryClientOptions['proxies']>;
  readonly login?: NonNullable<RegistryClientOptions['login']>;
  /** Docker's `config.json`; without it, or when it is missing, everything is asked anonymously. */
  readonly dockerConfigPath?: string;
  readonly sleep?: RegistryClientOptions['sleep'];
  readonly random?: RegistryClientOptions['random'];
  readonly lookup?: NonNullable<RegistryClientOptions['lookup']>;
  readonly stallTimeoutMs?: number;
  readonly gate?: NonNullable<RegistryClientOptions['gate']>;
}

/** A client for these settings. @throws RegistryError REGISTRY_TLS when a file of certificates cannot be read */
export async function makeClient(settings: ClientSettings): Promise<RegistryClient> {
  return new RegistryClient(await clientOptions(settings));
}

/** What clients are made of, with the files read. @throws RegistryError REGISTRY_TLS */
export async function clientOptions(settings: ClientSettings): Promise<RegistryClientOptions> {
  const { caFile, certFile, keyFile, sleep = sleepFor, random = Math.random, ...rest } = settings;
  const clientCertificate = await readClientCertificate(certFile, keyFile);
  return {
    ...rest,
    ...(caFile === undefined ? {} : { ca: await readAuthorities(caFile) }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
    sleep,
    // Spreads retries in time; no result depends on it.
    random,
    // Nothing but messages and pauses depends on it.
    now: () => new Date(),
  };
}

/** The usual authorities and those of a file. @throws RegistryError REGISTRY_TLS */
export async function readAuthorities(path: string): Promise<readonly string[]> {
  const { getCACertificates } = await import('node:tls');
  const text = await readPem(path, 'caFile', 'certificate of your authority', /BEGIN CERTIFICATE-/);
  // With those that NODE_EXTRA_CA_CERTS names.
  return [...getCACertificates('default'), text];
}

async function readClientCertificate(
  certFile: string | undefined,
  keyFile: string | undefined,
): Promise<RegistryClientOptions['clientCertificate']> {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined)
    throw badFile(
      'of certFile and keyFile only one is named',
      'Name both for the registry source (or --cert-file and --key-file), or none',
    );
  const cert = await readPem(certFile, 'certFile', 'client certificate', /BEGIN CERTIFICATE-/);
  const key = await readPem(keyFile, 'keyFile', 'private key', /BEGIN (EC |RSA )?PRIVATE KEY-/);
  const { createSecureContext } = await import('node:tls');
  try {
    createSecureContext({ cert, key });
  } catch {
    // The cause could repeat what is in the files.
    throw badFile(
      `${certFile} and ${keyFile} do not belong together, or cannot be used`,
      `Name a certificate and the key it was made for, not locked by a password; to unlock it: openssl pkey -in ${keyFile} -out unlocked.pem`,
    );
  }
  return { cert, key };
}

async function readPem(path: string, key: string, what: string, form: RegExp): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw badFile(`${path} cannot be read`, pemStep(key, what), error);
  }
  if (!form.test(text)) throw badFile(`${path} holds no PEM ${what}`, pemStep(key, what));
  return text;
}

function pemStep(key: string, what: string): string {
  const flag = key.replace('File', '-file');
  return `Name a PEM file with the ${what}: ${key} of the registry source, or --${flag}`;
}

function badFile(message: string, next: string, cause?: unknown): RegistryError {
  return new RegistryError('REGISTRY_TLS', message, { cause, suggestions: [next] });
}
