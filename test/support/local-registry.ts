import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A real registry on a free loopback port, with everything in one temporary folder. */
export interface LocalRegistry extends AsyncDisposable {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  /** The authority's certificate, with TLS. */
  readonly caFile?: string;
  /** A client certificate it accepts and the key, where it wants one. */
  readonly certFile?: string;
  readonly keyFile?: string;
  /** A Docker configuration with the right login, with a password. */
  readonly dockerConfigPath?: string;
  /** Folder its contents lie in. */
  readonly storage: string;
  /** Copies one image of an OCI layout in; `name` is `repository:tag`. */
  push(
    layout: string,
    tag: string,
    name: string,
    options?: { readonly all?: boolean; readonly format?: 'v2s2' | 'oci' },
  ): Promise<void>;
}

/** Full path of a program, or undefined. */
async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']) {
    const path = join(folder, name);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Looked for in the next folder.
    }
  }
  return undefined;
}

/** Of these programs, the ones that are not there. */
export async function missingPrograms(...names: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(names.map(findProgram));
  return names.filter((_name, index) => found[index] === undefined);
}

/** Whose tokens a registry wants. */
export interface TokenAuthority {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** PEM of the certificates tokens are signed by. */
  readonly rootcertbundle: string;
}

/** Starts Debian's `docker-registry`: plain, with htpasswd and a certificate of an authority made now, or with tokens. */
export async function startRegistry(
  kind: 'plain' | 'tls-and-password' | 'client-certificate' | TokenAuthority,
): Promise<LocalRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'cowa-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const mutual = kind === 'client-certificate';
  const secured = kind === 'tls-and-password' || mutual;
  const caFile = join(folder, 'ca.pem');
  const dockerConfigPath = join(folder, 'config.json');
  if (secured) {
    await makeCertificates(folder);
    const { stdout } = await execute('htpasswd', ['-Bbn', 'me', 'secret']);
    await writeFile(join(folder, 'htpasswd'), stdout);
    const auth = Buffer.from('me:secret').toString('base64');
    await writeFile(dockerConfigPath, JSON.stringify({ auths: { [host]: { auth } } }));
  }
  const configuration = {
    version: 0.1,
    log: { level: 'error', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: {
      addr: host,
      ...(secured
        ? {
            tls: {
              certificate: join(folder, 'server.pem'),
              key: join(folder, 'server.key'),
              ...(mutual ? { clientcas: [caFile] } : {}),
            },
          }
        : {}),
    },
    ...(secured ? { auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } } } : {}),
    ...(typeof kind === 'string' ? {} : { auth: { token: kind } }),
  };
  // JSON is YAML.
  await writeFile(join(folder, 'config.yml'), JSON.stringify(configuration));
  const server = spawn('docker-registry', ['serve', join(folder, 'config.yml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  server.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4000);
  });
  await untilListening(host, server, () => complaints);
  return {
    host,
    storage: join(folder, 'data'),
    ...(secured ? { caFile, dockerConfigPath } : {}),
    ...(mutual
      ? { certFile: join(folder, 'server.pem'), keyFile: join(folder, 'server.key') }
      : {}),
    push: async (layout, tag, name, { all = false, format } = {}) => {
      await execute(
        'skopeo',
        [
          'copy',
          '--quiet',
          '--insecure-policy',
          '--preserve-digests',
          ...(all ? ['--all'] : []),
          ...(format === undefined ? [] : ['--format', format]),
          ...(secured
            ? ['--dest-cert-dir', join(folder, 'certs'), '--dest-creds', 'me:secret']
            : ['--dest-tls-verify=false']),
          `oci:${layout}:${tag}`,
          `docker://${host}/${name}`,
        ].filter((argument) => format === undefined || argument !== '--preserve-digests'),
      );
    },
    [Symbol.asyncDispose]: async () => {
      if (server.exitCode === null && server.signalCode === null) {
        const ended = new Promise((resolve) => server.once('exit', resolve));
        server.kill();
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function makeCertificates(folder: string): Promise<void> {
  const openssl = (...args: readonly string[]): Promise<unknown> =>
    execute('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=test authority',
  );
  await openssl(
    'req',
    ...key,
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
    '-subj',
    '/CN=127.0.0.1',
  );
  await writeFile(join(folder, 'names.txt'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  await openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    'names.txt',
    '-out',
    'server.pem',
  );
  await mkdir(join(folder, 'certs'));
  await execute('cp', ['ca.pem', 'certs/ca.crt'], { cwd: folder });
  await execute('cp', ['server.pem', 'certs/client.cert'], { cwd: folder });
  await execute('cp', ['server.key', 'certs/client.key'], { cwd: folder });
}

/** A loopback port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function untilListening(
  host: string,
  server: ChildProcess,
  complaints: () => string,
): Promise<void> {
  let failure: unknown;
  server.on('error', (error) => {
    failure = error;
  });
  for (let tries = 0; tries < 200; tries += 1) {
    if (failure !== undefined) throw failure;
    if (server.exitCode !== null) throw new Error(`docker-registry ended: ${complaints()}`);
    const [address = '', port = ''] = host.split(':');
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(Number(port), address, () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  server.kill();
  throw new Error(`docker-registry does not listen: ${complaints()}`);
}
