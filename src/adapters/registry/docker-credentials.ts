import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { parseJsonStrict } from '../../support/json-document.ts';
import { member } from '../../support/lenient-json.ts';
import type { Run } from '../../support/run.ts';
import { RegistryError } from './registry-error.ts';

/** How one host wants to be convinced. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** A refresh token, exchanged at the token address. */
  | { readonly kind: 'identity-token'; readonly token: string };

/** Runs `docker-credential-<name> get` with the host on standard input; gives back its answer. */
export type CredentialHelper = (name: string, host: string, run: Run) => Promise<string>;

/**
 * Credentials of a host from a Docker configuration file: `credHelpers`, then `credsStore`, then
 * `auths`, where the longest part of the repository that is named wins. undefined when there are none or no file: the registry is asked anonymously.
 * @throws RegistryError REGISTRY_CREDENTIALS when file or helper cannot be understood; secrets are never in the message
 */
export async function findCredentials(
  host: string,
  configPath: string,
  run: Run,
  { helper = askHelper, repository = '' }: { helper?: CredentialHelper; repository?: string } = {},
): Promise<Credentials | undefined> {
  const config = await readConfig(configPath);
  if (config === undefined) return undefined;
  const names =
    host === 'docker.io'
      ? ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io']
      : [host, `https://${host}`, `https://${host}/v1/`, `https://${host}/v2/`];
  const helpers = members(config['credHelpers']);
  for (const name of names) {
    const program = helpers[name];
    if (typeof program === 'string') return fromHelper(program, name, run, helper);
  }
  const store = config['credsStore'];
  if (typeof store === 'string' && store !== '') {
    const found = await fromHelper(store, names[0] ?? host, run, helper);
    if (found !== undefined) return found;
  }
  const auths = members(config['auths']);
  // As podman and skopeo have it: a login for a part of a registry.
  const parts = repository.split('/').filter((part) => part !== '');
  const narrower = parts.map((_part, index) =>
    [host, ...parts.slice(0, parts.length - index)].join('/'),
  );
  for (const name of [...narrower, ...names]) {
    if (Object.hasOwn(auths, name)) return fromEntry(members(auths[name]), name, configPath);
  }
  return undefined;
}

async function readConfig(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    )
      return undefined;
    throw broken(
      `${path} cannot be read`,
      `Make ${path} readable, or move it away to ask registries anonymously`,
      error,
    );
  }
  const { value, problem } = parseJsonStrict(bytes, { maxBytes: 1 << 20, maxDepth: 16 });
  if (problem !== undefined) {
    throw broken(
      `${path}:${problem.line}:${problem.column}: ${problem.message}`,
      'Repair the file, or log in again with the tool that wrote it',
    );
  }
  return members(value);
}

function fromEntry(
  entry: Readonly<Record<string, unknown>>,
  name: string,
  path: string,
): Credentials | undefined {
  const token = entry['identitytoken'];
  if (typeof token === 'string' && token !== '') return { kind: 'identity-token', token };
  const { auth, username, password } = entry;
  if (typeof auth === 'string' && auth !== '') {
    const text = Buffer.from(auth, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    if (colon < 1)
      throw broken(
        `${path}: the auth of ${name} is not base64 of user:password`,
        `Log in to ${name} again`,
      );
    // Docker pads some old entries with NUL bytes.
    return {
      kind: 'password',
      username: text.slice(0, colon),
      password: text.slice(colon + 1).replace(/\0+$/, ''),
    };
  }
  if (typeof username === 'string' && username !== '' && typeof password === 'string')
    return { kind: 'password', username, password };
  return undefined;
}

async function fromHelper(
  program: string,
  host: string,
  run: Run,
  helper: CredentialHelper,
): Promise<Credentials | undefined> {
  if (!/^[A-Za-z0-9_.-]+$/.test(program)) {
    throw broken(
      `'${program.slice(0, 60)}' is no name of a credential helper`,
      'Repair credsStore and credHelpers in the Docker configuration',
    );
  }
  let answer: string;
  try {
    answer = await helper(program, host, run);
  } catch (error) {
    run.signal.throwIfAborted();
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    if (/credentials not found/i.test(output)) return undefined;
    const [code, killed] = [member(error, 'code'), member(error, 'killed')];
    if (code === 'ENOENT')
      throw broken(
        `docker-credential-${program}, which the Docker configuration names for ${host}, is not installed`,
        `Install it where PATH finds it, or take it out of credsStore and credHelpers and log in again: docker login ${host}`,
        error,
      );
    if (killed === true)
      throw broken(
        `docker-credential-${program} did not answer for ${host} within ${helperTimeoutMs / 1000} s (time-out), and was stopped`,
        `Run 'echo ${host} | docker-credential-${program} get': it may wait for somebody to unlock its store`,
        error,
      );
    throw broken(
      `docker-credential-${program} gave no credentials for ${host}`,
      `Run 'echo ${host} | docker-credential-${program} get' to see why`,
      error,
    );
  }
  const { value, problem } = parseJsonStrict(Buffer.from(answer), {
    maxBytes: 1 << 20,
    maxDepth: 8,
  });
  const { Username: username, Secret: secret } = members(value);
  if (problem !== undefined || typeof username !== 'string' || typeof secret !== 'string') {
    throw broken(
      `docker-credential-${program} answered for ${host} with something that is not {Username, Secret}`,
      'Update the credential helper',
    );
  }
  if (username === '<token>') return { kind: 'identity-token', token: secret };
  return username === '' && secret === ''
    ? undefined
    : { kind: 'password', username, password: secret };
}

/** A helper that waits for somebody is not waited for. */
const helperTimeoutMs = 30_000;

const askHelper: CredentialHelper = (name, host, run) =>
  new Promise((resolve, reject) => {
    const options = { signal: run.signal, timeout: helperTimeoutMs, maxBuffer: 1 << 20 };
    const child = execFile(`docker-credential-${name}`, ['get'], options, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(Object.assign(error, { stdout }));
    });
    // A helper that is not there closes the pipe; the callback tells.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(`${host}\n`);
  });

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function broken(message: string, next: string, cause?: unknown): RegistryError {
  return new RegistryError('REGISTRY_CREDENTIALS', message, { suggestions: [next], cause });
}
