import { Flags } from '@oclif/core';
import type { ImageSourceConfig } from '../config/release-definition.ts';
import { EnvironmentError, UsageError } from '../errors/families.ts';

/** A flag about a registry that means nothing. */
class RegistryFlagError extends UsageError<
  'PULL_OVERRIDE' | 'LOGIN_AMBIGUOUS' // one login, and more or less than one registry
> {}
/** The password that was to come on standard input did not. */
class RegistryPasswordError extends EnvironmentError<'REGISTRY_PASSWORD'> {} // --password-stdin, and none on standard input

/** A login for this run, before those that are stored. */
export const loginFlags = {
  username: Flags.string({
    summary: 'User to log in as, instead of a stored login; the password comes on standard input',
    dependsOn: ['password-stdin'],
    helpValue: '<name>',
  }),
  'password-stdin': Flags.boolean({
    summary: 'Read the password, or token, of --username from standard input',
    dependsOn: ['username'],
  }),
};

/** How a registry that the command line names is spoken to. */
export const registryFlags = {
  'plain-http': Flags.boolean({
    summary: 'Speak to the registry without TLS; loopback needs no flag',
  }),
  'ca-file': Flags.string({
    summary: 'PEM file of an authority to trust beside the usual ones',
    helpValue: '<file>',
  }),
  'cert-file': Flags.string({
    summary: 'PEM file of the client certificate the registry wants',
    dependsOn: ['key-file'],
    helpValue: '<file>',
  }),
  'key-file': Flags.string({
    summary: 'PEM file of the key of --cert-file',
    dependsOn: ['cert-file'],
    helpValue: '<file>',
  }),
  ...loginFlags,
};

/** The flags of `registryFlags` as they are parsed. */
export interface ParsedRegistryFlags {
  readonly 'plain-http': boolean;
  readonly 'ca-file'?: string | undefined;
  readonly 'cert-file'?: string | undefined;
  readonly 'key-file'?: string | undefined;
  readonly username?: string | undefined;
}

/** What of a client's settings the flags say. */
export interface RegistryAccess {
  readonly plainHttp: boolean;
  readonly files: {
    readonly caFile?: string;
    readonly certFile?: string;
    readonly keyFile?: string;
  };
  readonly login?: RegistryLogin;
}

/** User and password, or token. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}

const maxPasswordBytes = 1 << 16;

/**
 * The flags with the password read.
 * @throws RegistryPasswordError REGISTRY_PASSWORD: there is none on standard input
 */
export async function registryAccess(
  flags: ParsedRegistryFlags,
  stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean } = process.stdin,
): Promise<RegistryAccess> {
  const { 'ca-file': caFile, 'cert-file': certFile, 'key-file': keyFile } = flags;
  return {
    plainHttp: flags['plain-http'],
    files: {
      ...(caFile === undefined ? {} : { caFile }),
      ...(certFile === undefined ? {} : { certFile }),
      ...(keyFile === undefined ? {} : { keyFile }),
    },
    ...(await loginOf(flags, stdin)),
  };
}

/**
 * The login of the flags, with the password read; nothing without one.
 * @throws RegistryPasswordError REGISTRY_PASSWORD
 */
export async function loginOf(
  { username }: Pick<ParsedRegistryFlags, 'username'>,
  stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean } = process.stdin,
): Promise<{ readonly login?: RegistryLogin }> {
  return username === undefined
    ? {}
    : { login: { username, password: await readPasswordLine(stdin) } };
}

/**
 * The one registry of a release that a login is for: no password goes to a host it was not meant for.
 * @throws RegistryFlagError LOGIN_AMBIGUOUS: none, several or any host may be contacted
 */
export function loginHost(sources: readonly ImageSourceConfig[]): string {
  const hosts = new Set(
    sources.flatMap((source) => {
      if (source.type !== 'registry') return [];
      // What is asked in the place of a host is asked, and the host is not.
      const { overrides = {} } = source;
      return source.hosts.filter((host) => overrides[host] === undefined);
    }),
  );
  const [host, ...others] = hosts;
  if (host !== undefined && host !== '*' && others.length === 0) return host;
  const named = [...hosts].join(', ') || 'none';
  throw new RegistryFlagError(
    'LOGIN_AMBIGUOUS',
    `--username is a login for one registry, and imageSources let these be contacted: ${named}`,
    { suggestions: ['Store the logins: docker login, skopeo login, podman login'] },
  );
}

/** `host=other-host` taken apart. @throws RegistryFlagError PULL_OVERRIDE */
export function overrideOf(text: string): [string, string] {
  const [host, other, ...rest] = text.split('=');
  if (host === undefined || host === '' || other === undefined || other === '' || rest.length > 0) {
    throw new RegistryFlagError('PULL_OVERRIDE', `'${text}' is not host=other-host`, {
      suggestions: ['Write it like ghcr.io=registry.example.org:5000'],
    });
  }
  return [host, other];
}

async function readPasswordLine(
  stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean },
): Promise<string> {
  if (stdin.isTTY === true)
    throw noPassword('--password-stdin reads no terminal: what is typed would be shown');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk));
    size += chunks.at(-1)?.length ?? 0;
    if (size > maxPasswordBytes)
      throw noPassword(`standard input holds more than ${maxPasswordBytes} bytes: no password`);
  }
  const password = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (password === '') throw noPassword('standard input holds no password');
  return password;
}

function noPassword(message: string): RegistryPasswordError {
  return new RegistryPasswordError('REGISTRY_PASSWORD', message, {
    suggestions: ['Give it by a pipe: … --username me --password-stdin < password-file'],
  });
}
